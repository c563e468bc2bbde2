package spans

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// role says whether a span is a call that a provider bills, or stands above or beside one.
type role uint8

const (
	roleOther role = iota
	roleCall
	roleContext
	roleTool
)

// roleOf is what a span is, by its operation. One that nobody knows is a call only on a CLIENT span that names a model: the conventions
// keep that kind for calls to a model service.
func roleOf(operation, model string, kind ptrace.SpanKind) role {
	if operation != "" {
		if known, ok := roles[operation]; ok {
			return known
		}
		if known, ok := roles[strings.ToLower(operation)]; ok {
			return known
		}
	}
	if kind == ptrace.SpanKindClient && model != "" {
		return roleCall
	}
	return roleOther
}

var roles = func() map[string]role {
	all := map[string]role{}
	for _, name := range strings.Fields(`
		chat llm responses aresponses generation anthropic_messages
		text_completion completion acompletion atext_completion completions
		generate_content agenerate_content
		embeddings embedding aembedding embed
		rerank arerank
		image_generation image aimage_generation
		image_edit aimage_edit
		speech aspeech audio
		transcription atranscription
		translation
		moderation amoderation litellm.moderation
		ocr aocr`) {
		all[name] = roleCall
	}
	for _, name := range strings.Fields(`
		invoke_workflow workflow execute_task task
		invoke_agent agent create_agent agent_step execute_event_loop_cycle plan
		retrieval retrieve vectordb search_memory memory
		create_memory update_memory upsert_memory delete_memory
		fetch_response litellm.responses_management
		litellm.vector_store_management litellm.vector_store_file_management`) {
		all[name] = roleContext
	}
	all["execute_tool"], all["tool"] = roleTool, roleTool
	return all
}()
