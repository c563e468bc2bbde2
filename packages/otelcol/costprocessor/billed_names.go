package costprocessor

import (
	"strings"

	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/cards"
	"github.com/costspan/costspan/packages/otelcol/costprocessor/internal/spans"
)

// setBilledNames says by which names a call is priced. The answer's name is what was served and wins, but where it says less than the
// request's: Bedrock's profile, Azure's deployment and Vertex AI's location stand only there.
func setBilledNames(catalogue *cards.Catalogue, call *spans.Call, priced *cards.Call) {
	asked := call.RequestModel
	if priced.Model = call.ResponseModel; priced.Model == "" {
		priced.Model = asked
	}
	if asked == "" {
		return
	}
	switch catalogue.SpellingOf(call.Provider) {
	case "aws":
		if isOpaqueArn(asked) {
			priced.Deployment, priced.HasDeployment = asked, true
		} else {
			priced.Model = asked
		}
	case "azure":
		priced.Deployment, priced.HasDeployment = asked, true
	case "google":
		location, model, ok := vertexClaude(asked)
		if !ok {
			return
		}
		if call.ResponseModel == "" {
			priced.Model = model
		}
		if priced.Context.Region == "" {
			priced.Context.Region = location
		}
	}
}

// isOpaqueArn is a Bedrock ARN whose last part is an id of the account's own and says nothing about the model.
func isOpaqueArn(name string) bool {
	rest, ok := strings.CutPrefix(name, "arn:aws")
	if !ok {
		return false
	}
	rest = strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyz-")
	if rest, ok = strings.CutPrefix(rest, ":bedrock:"); !ok || strings.ContainsAny(rest, "\n\r\u2028\u2029") {
		return false
	}
	for _, kind := range [...]string{":application-inference-profile/", ":provisioned-model/", ":custom-model-deployment/"} {
		if strings.Contains(rest, kind) {
			return true
		}
	}
	return false
}

// vertexClaude takes `projects/…/locations/<location>/publishers/anthropic/models/<model>` apart.
func vertexClaude(name string) (location, model string, ok bool) {
	rest, ok := strings.CutPrefix(name, "projects/")
	if !ok {
		return "", "", false
	}
	project, rest, ok := strings.Cut(rest, "/locations/")
	if !ok || project == "" || strings.Contains(project, "/") {
		return "", "", false
	}
	location, rest, ok = strings.Cut(rest, "/")
	if !ok || location == "" {
		return "", "", false
	}
	model, ok = strings.CutPrefix(rest, "publishers/anthropic/models/")
	return location, model, ok && model != "" && !strings.ContainsAny(model, "\n\r\u2028\u2029")
}
