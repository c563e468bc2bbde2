terraform {
  required_providers {
    datadog = {
      source = "DataDog/datadog"
    }
  }
}

resource "datadog_dashboard_json" "executive" {
  dashboard = file("${path.module}/executive.json")
}

resource "datadog_dashboard_json" "customers" {
  dashboard = file("${path.module}/customers.json")
}

resource "datadog_dashboard_json" "models" {
  dashboard = file("${path.module}/models.json")
}

resource "datadog_dashboard_json" "quotas" {
  dashboard = file("${path.module}/quotas.json")
}

resource "datadog_dashboard_json" "data_quality" {
  dashboard = file("${path.module}/data-quality.json")
}

resource "datadog_monitor_json" "customer_day" {
  monitor = file("${path.module}/monitors/customer-day.json")
}

resource "datadog_monitor_json" "customer_month" {
  monitor = file("${path.module}/monitors/customer-month.json")
}

resource "datadog_monitor_json" "customer_month_80" {
  monitor = file("${path.module}/monitors/customer-month-80.json")
}

resource "datadog_monitor_json" "spend_unusual" {
  monitor = file("${path.module}/monitors/spend-unusual.json")
}

resource "datadog_monitor_json" "spend_floor" {
  monitor = file("${path.module}/monitors/spend-floor.json")
}

resource "datadog_monitor_json" "spend_anomaly" {
  monitor = replace(replace(file("${path.module}/monitors/spend-anomaly.json"), "{spend-unusual}", datadog_monitor_json.spend_unusual.id), "{spend-floor}", datadog_monitor_json.spend_floor.id)
}

resource "datadog_monitor_json" "quota_used" {
  monitor = file("${path.module}/monitors/quota-used.json")
}

resource "datadog_monitor_json" "quota_used_80" {
  monitor = file("${path.module}/monitors/quota-used-80.json")
}

resource "datadog_monitor_json" "quota_burn_fast" {
  monitor = file("${path.module}/monitors/quota-burn-fast.json")
}

resource "datadog_monitor_json" "quota_burn_slow" {
  monitor = file("${path.module}/monitors/quota-burn-slow.json")
}

resource "datadog_monitor_json" "quota_projected" {
  monitor = file("${path.module}/monitors/quota-projected.json")
}

resource "datadog_monitor_json" "spend_untagged" {
  monitor = file("${path.module}/monitors/spend-untagged.json")
}

resource "datadog_monitor_json" "model_unpriced" {
  monitor = file("${path.module}/monitors/model-unpriced.json")
}

resource "datadog_monitor_json" "price_drift" {
  monitor = file("${path.module}/monitors/price-drift.json")
}

resource "datadog_monitor_json" "error_share" {
  monitor = file("${path.module}/monitors/error-share.json")
}

resource "datadog_monitor_json" "latency_p95" {
  monitor = file("${path.module}/monitors/latency-p95.json")
}

resource "datadog_monitor_json" "no_data" {
  monitor = file("${path.module}/monitors/no-data.json")
}
