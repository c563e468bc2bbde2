package spans

// Where the GenAI conventions keep the facts of a call: the current name first, then the names it had.
var genAiFacts = factNames{
	provider:      {"gen_ai.provider.name", "gen_ai.system"},
	operation:     {"gen_ai.operation.name"},
	requestModel:  {"gen_ai.request.model"},
	responseModel: {"gen_ai.response.model"},
	serverAddress: {"server.address"},
	serviceTier:   {"openai.response.service_tier", "anthropic.response.service_tier", "gen_ai.openai.response.service_tier"},
}

// Where counts stand, as in packages/spans/src/dialects/gen-ai-names.ts.
var genAiMeters = meterNames{
	{"input_tokens", []string{"gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"}},
	{"output_tokens", []string{"gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"}},
	{"cache_read_tokens", []string{
		"gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.input_tokens.cached",
		"gen_ai.usage.details.cache_read_tokens",
	}},
	{"cache_write_tokens", []string{
		"gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens",
		"gen_ai.usage.cache_write_input_tokens", "gen_ai.usage.input_tokens.cache_write", "gen_ai.usage.details.cache_write_tokens",
	}},
	{"output_reasoning_tokens", []string{
		"gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens", "gen_ai.usage.reasoning_output_tokens",
		"gen_ai.usage.output_tokens.reasoning", "gen_ai.usage.details.reasoning_tokens",
	}},
	{"input_text_tokens", []string{"gen_ai.usage.text.input_tokens"}},
	{"input_audio_tokens", []string{"gen_ai.usage.audio.input_tokens", "gen_ai.usage.details.input_audio_tokens"}},
	{"input_image_tokens", []string{"gen_ai.usage.image.input_tokens"}},
	{"output_text_tokens", []string{"gen_ai.usage.text.output_tokens"}},
	{"output_audio_tokens", []string{"gen_ai.usage.audio.output_tokens", "gen_ai.usage.details.output_audio_tokens"}},
	{"output_image_tokens", []string{"gen_ai.usage.image.output_tokens"}},
	{"cache_text_read_tokens", []string{"gen_ai.usage.text.cache_read.input_tokens"}},
	{"cache_audio_read_tokens", []string{"gen_ai.usage.audio.cache_read.input_tokens"}},
	{"cache_image_read_tokens", []string{"gen_ai.usage.image.cache_read.input_tokens"}},
}

// with is the conventions' names with the further ones of a dialect behind them, meter by meter, and meters that the conventions lack.
func (m meterNames) with(further meterNames) meterNames {
	joined := append(meterNames{}, m...)
next:
	for _, one := range further {
		for at := range joined {
			if joined[at].meter == one.meter {
				joined[at].names = names(joined[at].names, one.names)
				continue next
			}
		}
		joined = append(joined, one)
	}
	return joined
}

// with is the conventions' facts, some of them under the names of a dialect.
func (f factNames) with(over map[fact][]string) factNames {
	for at, names := range over {
		f[at] = names
	}
	return f
}
