package spans

import (
	"strings"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
)

// providerOf is the `gen_ai.provider.name` of a call. SDKs append the API after a dot, which is left out. Where the span names no
// provider, or only the framework or gateway that called one, the model's name tells who makes it.
func providerOf(name, model string) string {
	if conventional[name] {
		return name
	}
	lower := cards.Lower(name)
	if name == "" || noProviders[lower] {
		if maker := makerOf(model); maker != "" {
			return maker
		}
		if name == "" {
			return "unknown"
		}
		return lower
	}
	for spelled := lower; spelled != ""; {
		if provider, ok := spellings[spelled]; ok {
			return provider
		}
		if conventional[spelled] {
			return spelled
		}
		dot := strings.LastIndexByte(spelled, '.')
		if dot < 0 {
			break
		}
		spelled = spelled[:dot]
	}
	return lower
}

// makerOf reads `anthropic/claude-x` as the provider itself; else the beginning of the name tells.
func makerOf(model string) string {
	lower := cards.Lower(model)
	if slash := strings.IndexByte(lower, '/'); slash > 0 {
		prefix := lower[:slash]
		if conventional[prefix] {
			return prefix
		}
		if provider, ok := spellings[prefix]; ok {
			return provider
		}
	}
	for _, maker := range makers {
		if strings.HasPrefix(lower, maker[0]) {
			return maker[1]
		}
	}
	return ""
}

var conventional = setOf(`anthropic aws.bedrock azure.ai.inference azure.ai.openai cohere deepseek gcp.gemini gcp.gen_ai gcp.vertex_ai groq ibm.watsonx.ai mistral_ai moonshot_ai openai perplexity x_ai`)

// spellings are other names of providers, in lower case.
var spellings = func() map[string]string {
	all := map[string]string{}
	for _, line := range [...]string{
		"anthropic claude",
		"aws.bedrock aws amazon bedrock amazon-bedrock amazon_bedrock aws-bedrock aws_bedrock",
		"aws.bedrock bedrock_converse bedrock-converse bedrock-runtime",
		"azure.ai.openai azure az.ai.openai azure_openai azure-openai azure.openai azureopenai",
		"azure.ai.inference az.ai.inference azure_ai azure-ai azure_ai_inference",
		"cohere cohere_chat",
		"gcp.gemini gemini google google.generative-ai google_genai google-genai google_ai",
		"gcp.gemini google_gemini google-gla google_ai_studio",
		"gcp.vertex_ai vertex_ai vertex-ai vertexai vertex google.vertex google-vertex",
		"gcp.vertex_ai google_vertexai google_vertex_ai vertex_ai_beta",
		"ibm.watsonx.ai watsonx ibm_watsonx ibm-watsonx",
		"mistral_ai mistral mistralai mistral-ai codestral",
		"moonshot_ai moonshot moonshotai moonshot-ai",
		"openai openai_chat text-completion-openai openai-chat openai_responses",
		"perplexity perplexityai perplexity_ai",
		"x_ai xai x-ai x.ai",
		"together togetherai together_ai together-ai",
		"fireworks fireworksai fireworks_ai fireworks-ai",
		"openrouter open_router",
	} {
		names := strings.Fields(line)
		for _, other := range names[1:] {
			all[other] = names[0]
		}
	}
	return all
}()

// noProviders stand where the provider belongs and are none: a framework, a gateway or "I do not know".
var noProviders = setOf(`unknown gateway litellm litellm_proxy custom custom_openai langchain langgraph llamaindex llama_index strands-agents strands_agents openai_agents claude_agent_sdk gcp.vertex.agent google_adk vercel_ai mastra crewai autogen haystack`)

// makers are beginnings of model names that one maker alone uses.
var makers = [...][2]string{
	{"gpt-", "openai"},
	{"chatgpt-", "openai"},
	{"o1", "openai"},
	{"o3", "openai"},
	{"o4", "openai"},
	{"text-embedding-3", "openai"},
	{"text-embedding-ada", "openai"},
	{"claude-", "anthropic"},
	{"gemini-", "gcp.gemini"},
	{"mistral-", "mistral_ai"},
	{"ministral-", "mistral_ai"},
	{"codestral-", "mistral_ai"},
	{"deepseek-", "deepseek"},
	{"grok-", "x_ai"},
	{"sonar", "perplexity"},
	{"command-", "cohere"},
	{"anthropic.", "aws.bedrock"},
	{"amazon.", "aws.bedrock"},
	{"meta.", "aws.bedrock"},
	{"us.", "aws.bedrock"},
	{"eu.", "aws.bedrock"},
	{"apac.", "aws.bedrock"},
	{"global.", "aws.bedrock"},
	{"arn:aws:bedrock", "aws.bedrock"},
}

func setOf(listed string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(listed) {
		set[name] = true
	}
	return set
}
