// Package costprocessor writes what every LLM call on a span cost, as the Costspan collector does: the same attributes, statuses and
// versions, from the card file that `costspan cards compile` writes.
package costprocessor // import "github.com/costspan/costspan/packages/otelcol/costprocessor"
