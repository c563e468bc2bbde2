package spans

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

var openInferenceTable = tableOf(factNames{
	operation:    {"openinference.span.kind"},
	provider:     {"llm.provider", "llm.system", "gen_ai.provider.name", "gen_ai.system"},
	requestModel: {"llm.request.model_name", "gen_ai.request.model"},
	responseModel: {
		"llm.response.model_name", "llm.model_name", "embedding.model_name", "reranker.model_name", "gen_ai.response.model",
	},
}, meterNames{
	{"input_tokens", []string{"llm.token_count.prompt"}},
	{"output_tokens", []string{"llm.token_count.completion"}},
	{"cache_read_tokens", []string{"llm.token_count.prompt_details.cache_read", "llm.token_count.prompt_details.cache_input"}},
	{"cache_write_tokens", []string{"llm.token_count.prompt_details.cache_write"}},
	{"input_audio_tokens", []string{"llm.token_count.prompt_details.audio"}},
	{"output_reasoning_tokens", []string{"llm.token_count.completion_details.reasoning"}},
	{"output_audio_tokens", []string{"llm.token_count.completion_details.audio"}},
})

// readOpenInference: the prompt count holds cache reads and writes.
func readOpenInference(r *reading) {
	r.tags.isOn = r.scope.WithCustomer
	if r.tags.isOn {
		r.tags.addFields(textAt(r.attributes, "metadata"))
		r.tags.addLabels(textAt(r.attributes, "tag.tags"))
	}
	openInferenceTable.read(r.attributes, &r.found, nil)
	switch strings.ToUpper(r.found.texts[operation]) {
	case "LLM", "EMBEDDING", "RERANKER":
		r.fill(roleCall)
	default:
		r.fill(roleContext)
	}
}

var openLitTable = tableOf(genAiFacts, genAiMeters.with(meterNames{
	{"cache_read_tokens", []string{"gen_ai.usage.prompt_tokens_details.cache_read"}},
	{"cache_write_tokens", []string{"gen_ai.usage.prompt_tokens_details.cache_write"}},
	{"output_reasoning_tokens", []string{"gen_ai.usage.completion_tokens_details.reasoning"}},
	{"output_audio_tokens", []string{"gen_ai.usage.completion_tokens_details.audio"}},
}))

// readOpenLit: counts are what the provider said; its cost comes from a price list of its own and is no statement of the provider.
func readOpenLit(r *reading) {
	r.tags.isOn = r.scope.WithCustomer
	if r.tags.isOn {
		r.addTagAs("user", "gen_ai.request.user")
		r.addTagAs("environment", "gen_ai.environment")
	}
	openLitTable.read(r.attributes, &r.found, nil)
	r.isReportedNone = true
	r.fill()
	r.includeCacheOfAnthropic()
}

func (r *reading) addTagAs(key, name string) {
	if value, ok := r.attributes.Get(name); ok {
		r.tags.addAs(key, scalarOf(value))
	}
}

var openLlmetryTable = tableOf(genAiFacts.with(map[fact][]string{
	operation: {"traceloop.span.kind", "gen_ai.operation.name", "llm.request.type"},
}), genAiMeters.with(meterNames{
	{"input_tokens", []string{"llm.usage.prompt_tokens"}},
	{"output_tokens", []string{"llm.usage.completion_tokens"}},
	{"cache_read_tokens", []string{"llm.usage.cache_read_input_tokens"}},
	{"cache_write_tokens", []string{"llm.usage.cache_creation_input_tokens"}},
	{"output_reasoning_tokens", []string{"llm.usage.reasoning_tokens"}},
}))

const properties = "traceloop.association.properties."

// readOpenLlmetry: JavaScript's Anthropic and Bedrock leave the cached tokens out, and so does Python's Bedrock.
func readOpenLlmetry(r *reading) {
	var other func(string, pcommon.Value)
	if r.tags.isOn = r.scope.WithCustomer; r.tags.isOn {
		other = func(name string, value pcommon.Value) {
			if property, ok := strings.CutPrefix(name, properties); ok {
				// LangChain puts the words of its own run beside the application's.
				for _, own := range [...]string{"ls_", "langgraph_", "checkpoint_", "__"} {
					if strings.HasPrefix(property, own) {
						return
					}
				}
				r.tags.add(property, scalarOf(value))
			} else if name == "llm.user" || name == "gen_ai.user" {
				r.tags.addAs("user", scalarOf(value))
			}
		}
	}
	openLlmetryTable.read(r.attributes, &r.found, other)
	r.fill()
	switch r.scope.Name {
	case "@traceloop/instrumentation-anthropic", "@traceloop/instrumentation-bedrock", "opentelemetry.instrumentation.bedrock":
		r.includeCache()
	}
}

func isTraceloopScope(name string) bool {
	if strings.HasPrefix(name, "@traceloop/") {
		return true
	}
	library, ok := strings.CutPrefix(name, "opentelemetry.instrumentation.")
	return ok && traceloopLibraries[library]
}

var traceloopLibraries = setOf(`agno alephalpha anthropic bedrock cohere crewai google_generativeai groq haystack
	langchain llamaindex mistralai ollama openai openai.v0 openai.v1 openai_agents
	replicate sagemaker together transformers vertexai voyageai watsonx writer`)

var liteLlmTable = tableOf(genAiFacts.with(map[fact][]string{
	operation: {"gen_ai.operation.name", "llm.request.type", "litellm.call_type"},
}), genAiMeters)

// liteLlmIdentities say which of LiteLLM's identities is which tag; of several the first that is there.
var liteLlmIdentities = [...]struct {
	tag   string
	names []string
}{
	{"customer_id", []string{"litellm.end_user.id", "user_api_key_end_user_id"}},
	{"user", []string{"user_api_key_user_id", "user_api_key_user_email", "llm.user"}},
	{"team", []string{"litellm.team.alias", "user_api_key_team_alias", "litellm.team.id", "user_api_key_team_id"}},
	{"business_unit", []string{"user_api_key_org_alias", "user_api_key_org_id"}},
	{"virtual_account", []string{"user_api_key_alias", "litellm.api_key.hash", "user_api_key_hash"}},
}

// readLiteLlm: the model that was asked for is the proxy's alias, and the provider's stands in `litellm.provider.model`. Its cost is
// what the gateway charged; 0 is what it writes where it knew none.
func readLiteLlm(r *reading) {
	r.tags.isOn = r.scope.WithCustomer
	liteLlmTable.read(r.attributes, &r.found, nil)
	if model := textAt(r.attributes, "litellm.provider.model"); model != "" {
		if called := model[strings.IndexByte(model, '/')+1:]; called != "" {
			r.found.texts[requestModel] = called
		}
	}
	if r.tags.isOn {
		r.tags.addLiteLlm(r.attributes)
	}
	r.call.Reported = liteLlmCost(r.attributes)
	if r.found.texts[operation] != "" {
		r.fill()
		return
	}
	// The proxy's identity goes onto all its spans, model included: only one with an operation or usage is a call.
	if r.found.counts.Present == 0 {
		r.fill(roleOther)
	} else {
		r.fill(roleCall)
	}
}

func (t *tagCollector) addLiteLlm(attributes pcommon.Map) {
	identities := map[string]pcommon.Value{}
	for name, value := range attributes.All() {
		own := name
		for _, prefix := range [...]string{"litellm.metadata.", "metadata."} {
			if rest, ok := strings.CutPrefix(name, prefix); ok {
				own = rest
				break
			}
		}
		if own != name || strings.Contains(name, ".") {
			identities[own] = value
		}
	}
	for _, identity := range liteLlmIdentities {
		for _, name := range identity.names {
			if value, ok := identities[name]; ok {
				t.addAs(identity.tag, scalarOf(value))
			}
		}
	}
	for _, name := range [...]string{"requester_metadata", "spend_logs_metadata"} {
		if value, ok := identities[name]; ok && value.Type() == pcommon.ValueTypeStr {
			t.addFields(value.Str())
		}
	}
}

func liteLlmCost(attributes pcommon.Map) cards.Reported {
	for _, name := range [...]string{"litellm.cost.total", "gen_ai.cost.total_cost"} {
		if value, ok := attributes.Get(name); ok {
			if amount := plainAmount(value); amount != "" && amount != "0" {
				return cards.Reported{Amount: amount, Currency: "USD"}
			}
		}
	}
	hidden, _ := parseJSONObject(textAt(attributes, "hidden_params"))
	if amount := plainAmountOfJSON(hidden.get("response_cost")); amount != "" && amount != "0" {
		return cards.Reported{Amount: amount, Currency: "USD"}
	}
	return cards.Reported{}
}

func plainAmountOfJSON(value any) string {
	switch value := value.(type) {
	case string:
		return plainAmountOf(value)
	case jsonNumber:
		return plainAmountOf(numberText(float64(value)))
	}
	return ""
}

const (
	vercelProvider = "ai.model.provider"
	vercelMetadata = "ai.telemetry.metadata."
	vercelContext  = "ai.settings.context."
)

// vercelVersion6 are names that only version 6 and later write.
var vercelVersion6 = [...]string{
	"ai.usage.inputTokenDetails.noCacheTokens", "ai.usage.inputTokenDetails.cacheReadTokens",
	"ai.usage.inputTokenDetails.cacheWriteTokens", "ai.usage.outputTokenDetails.textTokens",
}

var vercelTable = tableOf(factNames{
	operation:     {"ai.operationId"},
	provider:      {vercelProvider, "gen_ai.provider.name", "gen_ai.system"},
	requestModel:  {"ai.model.id", "gen_ai.request.model"},
	responseModel: {"ai.response.model", "gen_ai.response.model"},
}, meterNames{
	{"input_tokens", []string{"ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens", "gen_ai.usage.input_tokens"}},
	{"output_tokens", []string{"ai.usage.outputTokens", "ai.usage.completionTokens", "gen_ai.usage.output_tokens"}},
	{"cache_read_tokens", []string{"ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens"}},
	{"cache_write_tokens", []string{"ai.usage.inputTokenDetails.cacheWriteTokens"}},
	{"output_reasoning_tokens", []string{"ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens"}},
})

// readVercel: `ai.generateText` stands above the provider call and repeats its usage; the call is the `do…` span below. Up to version 5
// the counts are the provider's own.
func readVercel(r *reading) {
	var other func(string, pcommon.Value)
	if r.tags.isOn = r.scope.WithCustomer; r.tags.isOn {
		other = func(name string, value pcommon.Value) {
			for _, prefix := range [...]string{vercelMetadata, vercelContext} {
				if field, ok := strings.CutPrefix(name, prefix); ok {
					r.tags.add(field, scalarOf(value))
				}
			}
		}
	}
	vercelTable.read(r.attributes, &r.found, other)
	if r.tags.isOn {
		r.addTagAs("feature_name", "ai.telemetry.functionId")
	}
	own := r.found.texts[operation]
	isBefore6 := true
	for _, name := range vercelVersion6 {
		isBefore6 = isBefore6 && !r.has(name)
	}
	called := textAt(r.attributes, vercelProvider)
	switch own[strings.LastIndexByte(own, '.')+1:] {
	case "doGenerate", "doStream", "doEmbed", "doRerank":
		if isBefore6 && strings.HasPrefix(called, "google") {
			r.addThoughts()
		}
		if tier := r.takeProviderMetadata(); tier != "" {
			r.found.texts[serviceTier] = tier
		}
		r.fill(roleCall)
	default:
		r.fill(roleContext)
	}
	if isBefore6 && (strings.Contains(called, "anthropic") || strings.Contains(called, "bedrock")) {
		r.includeCache()
	}
}

// takeProviderMetadata takes counts that only the provider's own words hold, and the tier it served. What is counted already stays.
func (r *reading) takeProviderMetadata() (tier string) {
	metadata, err := parseJSONObject(textAt(r.attributes, "ai.response.providerMetadata"))
	if err != nil {
		return ""
	}
	hasTier := false
	for _, field := range metadata {
		part, ok := field.value.(jsonObject)
		if !ok {
			continue
		}
		usage := part.object("usage")
		creation := usage.object("cache_creation")
		served := part.get("serviceTier")
		if served == nil {
			served = usage.get("service_tier")
		}
		if text, ok := served.(string); ok && !hasTier {
			tier, hasTier = text, true
		}
		for _, one := range [...]struct {
			meter  string
			counts []any
		}{
			{"cache_read_tokens", []any{part.get("cachedPromptTokens"), part.get("cacheReadInputTokens")}},
			{"cache_read_tokens", []any{usage.get("cache_read_input_tokens"), usage.get("cacheReadInputTokens")}},
			{"cache_write_tokens", []any{part.get("cacheCreationInputTokens"), usage.get("cache_creation_input_tokens")}},
			{"cache_write_tokens", []any{usage.get("cacheWriteInputTokens"), part.get("cacheWriteInputTokens")}},
			{"cache_write_5m_tokens", []any{creation.get("ephemeral_5m_input_tokens")}},
			{"cache_write_1h_tokens", []any{creation.get("ephemeral_1h_input_tokens")}},
			{"output_reasoning_tokens", []any{part.get("reasoningTokens")}},
		} {
			meter := cards.MustMeter(one.meter)
			for _, value := range one.counts {
				if number, ok := value.(jsonNumber); ok {
					if !r.found.counts.Has(meter) {
						r.found.takeNumber(meter, float64(number), cards.IsCount(float64(number), meter))
					}
					break
				}
			}
		}
	}
	return tier
}
