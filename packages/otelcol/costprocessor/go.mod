module github.com/costspan/costspan/packages/otelcol/costprocessor

go 1.25.0
