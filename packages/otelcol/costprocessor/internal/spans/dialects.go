package spans

import "strings"

// dialect is one way of writing a model call onto a span. packages/spans/README.md has the table of them.
type dialect struct {
	name       string
	recognises func(marks mark, scope string) bool
	read       func(*reading)
}

// dialects stand most specific first: the first that recognises a span reads it.
var dialects = [...]dialect{
	{"costspan", func(m mark, _ string) bool { return m&markUsageStatus != 0 }, readCostspan},
	{"anthropic-native", func(m mark, s string) bool { return m&markProvider != 0 && s == "com.anthropic.sdk.typescript" }, readAnthropicNative},
	{"mistral-native", func(m mark, s string) bool { return m&markOperation != 0 && s == "mistralai_sdk_tracer" }, readMistralNative},
	{"dd-trace", func(m mark, s string) bool {
		return m&markDatadog != 0 || (m&markOperation != 0 && strings.HasPrefix(s, "dd-trace"))
	}, readDatadog},
	{"litellm", func(m mark, s string) bool { return m&markLiteLlm != 0 || (m&markRequestModel != 0 && s == "litellm") }, readLiteLlm},
	{"vercel-ai", func(m mark, _ string) bool { return m&markVercel != 0 }, readVercel},
	{"langfuse", func(m mark, _ string) bool { return m&markLangfuse != 0 }, readLangfuse},
	{"openinference", func(m mark, _ string) bool { return m&markOpenInference != 0 }, readOpenInference},
	{"openlit", func(m mark, s string) bool {
		return m&(markOperation|markProvider|markSystem) != 0 && (strings.HasPrefix(s, "@openlit/") || strings.HasPrefix(s, "openlit"))
	}, readOpenLit},
	{"openllmetry", func(m mark, s string) bool {
		return m&(markTraceloop|markRequestType) != 0 || (m&(markOperation|markProvider|markSystem) != 0 && isTraceloopScope(s))
	}, readOpenLlmetry},
	{"google-adk", func(m mark, s string) bool { return m&(markOperation|markSystem) != 0 && s == "gcp.vertex.agent" }, readGoogleAdk},
	{"strands", func(m mark, s string) bool { return m&markOperation != 0 && s == "strands.telemetry.tracer" }, readStrands},
	{"otel-genai", func(m mark, _ string) bool {
		return m&(markOperation|markProvider|markSystem|markInputTokens|markOutputTokens|markPromptTokens) != 0
	}, readOtelGenAi},
}

func dialectOf(marks mark, scope string) *dialect {
	for at := range dialects {
		if dialects[at].recognises(marks, scope) {
			return &dialects[at]
		}
	}
	return nil
}

var otelGenAiTable = tableOf(genAiFacts, genAiMeters)

// readOtelGenAi reads the conventions as any instrumentation writes them.
func readOtelGenAi(r *reading) {
	otelGenAiTable.read(r.attributes, &r.found, nil)
	r.fill()
}

// readStrands: counts are what the provider said, which for Bedrock and Anthropic leaves the cached tokens out.
func readStrands(r *reading) {
	readOtelGenAi(r)
	r.includeCacheOfAnthropic()
}

func (r *reading) includeCacheOfAnthropic() {
	if r.call.Provider == "anthropic" || r.call.Provider == "aws.bedrock" {
		r.includeCache()
	}
}

const oldReasoning = "gen_ai.usage.experimental.reasoning_tokens"

var googleAdkTable = tableOf(genAiFacts, genAiMeters.with(meterNames{{"output_reasoning_tokens", []string{oldReasoning}}}))

// readGoogleAdk: its `call_llm` span has no operation and is the call. Until 2.3 the thoughts stood beside the output.
func readGoogleAdk(r *reading) {
	googleAdkTable.read(r.attributes, &r.found, nil)
	if r.has(oldReasoning) {
		r.addThoughts()
	}
	r.fill()
	if r.found.texts[operation] == "" && r.found.texts[requestModel] != "" {
		r.role = roleCall
	}
}

var mistralTable = tableOf(genAiFacts, genAiMeters.with(meterNames{{"pages", []string{"mistral_ai.ocr.usage.pages_processed"}}}))

// readMistralNative: a conversation is one request to the agents API and is billed; the spans inside it made no request.
func readMistralNative(r *reading) {
	mistralTable.read(r.attributes, &r.found, nil)
	r.fill()
	if r.role == roleTool || strings.EqualFold(r.found.texts[operation], "create_agent") {
		return
	}
	if r.has("http.request.method") {
		r.role = roleCall
	} else if r.role == roleCall {
		r.role = roleOther
	}
}

var datadogTable = tableOf(genAiFacts.with(map[fact][]string{
	requestModel:  {"openai.request.model", "anthropic.request.model"},
	responseModel: {"gen_ai.response.model", "openai.response.model", "gen_ai.request.model"},
}), genAiMeters)

// readDatadog: the operation is the kind of span, and `custom` is what it writes for a model it could not tell.
func readDatadog(r *reading) {
	datadogTable.read(r.attributes, &r.found, nil)
	if r.found.texts[responseModel] == "custom" {
		r.found.texts[responseModel] = ""
	}
	r.fill()
}

var (
	anthropicTable = tableOf(genAiFacts, genAiMeters.with(meterNames{
		{"cache_write_5m_tokens", []string{"anthropic.usage.cache_creation.ephemeral_5m_input_tokens"}},
		{"cache_write_1h_tokens", []string{"anthropic.usage.cache_creation.ephemeral_1h_input_tokens"}},
	}))
	compactionTable = tableOf(factNames{}, meterNames{
		{"input_tokens", []string{"anthropic.usage.compaction.input_tokens"}},
		{"output_tokens", []string{"anthropic.usage.compaction.output_tokens"}},
	})
)

// readAnthropicNative: the tokens of compaction passes are billed but stand apart, and a stream that was left early has no status.
func readAnthropicNative(r *reading) {
	anthropicTable.read(r.attributes, &r.found, nil)
	var compaction facts
	compactionTable.read(r.attributes, &compaction, nil)
	for _, meter := range compactionTable.meters {
		if compaction.counts.Has(meter) {
			r.found.counts.Set(meter, r.found.counts.Values[meter]+compaction.counts.Values[meter])
			checkSum(&r.found.counts, meter)
		}
	}
	if compaction.hasInvalid {
		r.found.refuse(compaction.invalid)
	}
	r.fill()
	if isUnknown(r) {
		// Only messages.create has an operation; counting tokens and opening sessions are not billed by token.
		r.role = roleOther
	}
	if r.call.Outcome != "error" {
		r.call.Outcome = "ok"
		if r.span.Status().Code() == 0 && !r.has("anthropic.message.stop_reason") {
			r.call.Outcome = "cancelled"
		}
	}
}

// isUnknown says that nobody named the operation, or that it is called so.
func isUnknown(r *reading) bool {
	own := r.found.texts[operation]
	return own == "" || own == "unknown"
}
