// Package spans says what a span of any GenAI dialect tells about a call, as packages/spans does for the Costspan collector. A span is
// looked over once; one that is about no model costs nothing more.
package spans

import "go.opentelemetry.io/collector/pdata/pcommon"

// mark is the presence of an attribute by which a dialect is known.
type mark uint32

const (
	markUsageStatus mark = 1 << iota
	markOperation
	markProvider
	markSystem
	markRequestModel
	markInputTokens
	markOutputTokens
	markPromptTokens
	markDatadog
	markLiteLlm
	markVercel
	markLangfuse
	markOpenInference
	markTraceloop
	markRequestType
	// markBillable, markOutcome and markCost are what the processor itself writes.
	markBillable
	markOutcome
	markCost
)

// aboutModel are the marks that make a span one of ours, whoever wrote it.
const aboutModel = markUsageStatus | markOperation | markProvider | markSystem | markRequestModel | markInputTokens | markOutputTokens |
	markPromptTokens | markDatadog | markLiteLlm | markVercel | markLangfuse | markOpenInference | markTraceloop | markRequestType

// markOf is asked of every attribute of every span.
func markOf(name string) mark {
	// Most attributes of most spans begin otherwise.
	switch name[0] {
	case 'c', 'g', '_', 'l', 'a', 'o', 't':
	default:
		return 0
	}
	switch name {
	case "gen_ai.operation.name":
		return markOperation
	case "gen_ai.provider.name":
		return markProvider
	case "gen_ai.system":
		return markSystem
	case "gen_ai.request.model":
		return markRequestModel
	case "gen_ai.usage.input_tokens":
		return markInputTokens
	case "gen_ai.usage.output_tokens":
		return markOutputTokens
	case "gen_ai.usage.prompt_tokens":
		return markPromptTokens
	case "costspan.usage.status":
		return markUsageStatus
	case "costspan.billable":
		return markBillable
	case "costspan.outcome":
		return markOutcome
	case "_dd.llmobs.artificial_gen_ai_tags":
		return markDatadog
	case "litellm.call_id":
		return markLiteLlm
	case "ai.operationId":
		return markVercel
	case "langfuse.observation.type", "langfuse.observation.usage_details":
		return markLangfuse
	case "openinference.span.kind":
		return markOpenInference
	case "traceloop.span.kind":
		return markTraceloop
	case "llm.request.type":
		return markRequestType
	case "costspan.cost.total", "costspan.cost.total_exact", "costspan.cost.currency", "costspan.cost.status", "costspan.cost.reason",
		"costspan.cost.card", "costspan.cost.version", "costspan.cost.input", "costspan.cost.cache_read", "costspan.cost.cache_write",
		"costspan.cost.output", "costspan.cost.other":
		return markCost
	}
	return 0
}

func marksOf(attributes pcommon.Map) mark {
	var marks mark
	for name := range attributes.All() {
		if name != "" {
			marks |= markOf(name)
		}
	}
	return marks
}
