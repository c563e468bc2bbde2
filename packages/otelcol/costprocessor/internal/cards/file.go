package cards

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Format is the one format of a compiled catalogue that is read: packages/pricing/schema/compiled.md.
const Format = "costspan.compiled/1"

// BytesMax is the largest catalogue that is read. The bundled one has 1.5 MB.
const BytesMax = 512 << 20

type rateJSON struct {
	Price     string  `json:"price"`
	Per       int64   `json:"per"`
	Increment float64 `json:"increment"`
	Minimum   float64 `json:"minimum"`
}

type ratesJSON map[string]rateJSON

type ladderJSON struct {
	Plan  int       `json:"plan"`
	Rates ratesJSON `json:"rates"`
	Tiers []struct {
		Meter     string    `json:"meter"`
		Threshold float64   `json:"threshold"`
		Inclusive bool      `json:"inclusive"`
		Plan      int       `json:"plan"`
		Rates     ratesJSON `json:"rates"`
		Unstated  bool      `json:"unstated"`
	} `json:"tiers"`
	Row   []string `json:"row"`
	Steps []struct {
		Threshold float64   `json:"threshold"`
		Rates     ratesJSON `json:"rates"`
	} `json:"steps"`
}

type whenJSON map[string][]string

type cellJSON struct {
	ladderJSON
	When whenJSON `json:"when"`
}

type setJSON struct {
	ladderJSON
	Cells []cellJSON `json:"cells"`
}

type factorJSON struct {
	Name    string   `json:"name"`
	Factor  string   `json:"factor"`
	Classes []string `json:"classes"`
}

type multiplierJSON struct {
	When    whenJSON `json:"when"`
	Factor  string   `json:"factor"`
	Classes []string `json:"classes"`
}

type feeJSON struct {
	rateJSON
	Name        string       `json:"name"`
	Meter       string       `json:"meter"`
	Multipliers []factorJSON `json:"multipliers"`
}

type periodJSON struct {
	setJSON
	FromUs  *int64 `json:"fromUs"`
	ToUs    *int64 `json:"toUs"`
	Card    Name   `json:"card"`
	Zone    string `json:"zone"`
	Windows []struct {
		setJSON
		Spans [][2]int `json:"spans"`
	} `json:"windows"`
	Multipliers []multiplierJSON `json:"multipliers"`
	Standard    whenJSON         `json:"standard"`
	Ratios      []factorJSON     `json:"ratios"`
	Fees        []feeJSON        `json:"fees"`
}

type entryJSON struct {
	Card  int    `json:"card"`
	Match string `json:"match"`
}

type namesJSON map[string]entryJSON

type bookJSON struct {
	Version   string `json:"version"`
	Providers map[string]struct {
		Names           namesJSON                  `json:"names"`
		Deployments     map[string]deployment      `json:"deployments"`
		TermDeployments []string                   `json:"termDeployments"`
		Variants        map[string][]variantJSON   `json:"variants"`
		Lists           map[string]json.RawMessage `json:"lists"`
	} `json:"providers"`
	Customers map[string]int `json:"customers"`
}

type variantJSON struct {
	Deployment *string `json:"deployment"`
	Group      *int    `json:"group"`
	Card       int     `json:"card"`
}

type fileJSON struct {
	Format  string `json:"format"`
	Version string `json:"version"`
	Meters  []struct {
		Name  string `json:"name"`
		Class string `json:"class"`
		Token bool   `json:"token"`
	} `json:"meters"`
	Wholes []struct {
		Whole  string     `json:"whole"`
		Groups [][]string `json:"groups"`
	} `json:"wholes"`
	Roots     []string          `json:"roots"`
	Spellings map[string]string `json:"spellings"`
	NameRules []struct {
		Name     string `json:"name"`
		Pattern  string `json:"pattern"`
		Provider string `json:"provider"`
	} `json:"nameRules"`
	Axes           []string            `json:"axes"`
	StandardValues map[string][]string `json:"standardValues"`
	Plans          []struct {
		Nodes []struct {
			Meter string   `json:"meter"`
			Owner *string  `json:"owner"`
			Below []string `json:"below"`
		} `json:"nodes"`
		Gaps []string `json:"gaps"`
	} `json:"plans"`
	Books struct {
		Contracted *bookJSON `json:"contracted"`
		List       *bookJSON `json:"list"`
		Resale     *bookJSON `json:"resale"`
	} `json:"books"`
	Fx []struct {
		Currency string          `json:"currency"`
		FromUs   *int64          `json:"fromUs"`
		ToUs     *int64          `json:"toUs"`
		Rate     string          `json:"rate"`
		From     string          `json:"from"`
		Source   json.RawMessage `json:"source"`
	} `json:"fx"`
	Cards []struct {
		Card     Name         `json:"card"`
		Currency string       `json:"currency"`
		Periods  []periodJSON `json:"periods"`
	} `json:"cards"`
}

// decode reads the JSON of a whole file; half a file is an error, and so is anything after it.
func decode(data []byte) (*fileJSON, error) {
	var file fileJSON
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("it is not whole JSON: %w; write it anew with `costspan cards compile --out FILE`", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the catalogue; write it anew with `costspan cards compile --out FILE`")
	}
	if file.Format != Format {
		return nil, fmt.Errorf("its format is %q and not %q; write it with `costspan cards compile` of this version", file.Format, Format)
	}
	if file.Books.Contracted == nil || len(file.Meters) == 0 {
		return nil, errors.New("it has no prices; write it anew with `costspan cards compile --out FILE`")
	}
	return &file, nil
}
