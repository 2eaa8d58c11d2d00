package text

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnframed(t *testing.T) {
	t.Parallel()
	const bare = "The ferry to Hull left two hours late."
	inner := strings.TrimSuffix(strings.ToLower(bare[:1])+bare[1:], ".")
	for _, before := range []string{
		"The article states that", "The passage says that", "The article says", "The text reports that", "The articles note that", "This source explains that",
		"The provided passages indicate that", "The report mentions that", "The document also states that", "The context clearly shows that",
		"According to the article,", "According to passage 1,", "According to passages 1 and 3,", "According to the provided context,", "Based on the passages,",
		"As stated in the article,", "As reported in the articles,", "As mentioned in passage 2,", "As the article notes,", "In passage 2,", "In the article, it is stated that",
		"It is stated in the passage that", "It is reported in the articles that", "Passage 1 states that", "Passage 3:", "Per the article,", "From the passages,",
		"Passage 1 says", "The article claims", "The first passage adds that", "The CNN article says that", "The New York Times article reports that",
		"We learn from the article that", "Based on the information in the passages,", "According to the text, the article says that", "The article titled “Ferry late” states that",
		"The articles do not say why; they report that", "The passages do not say why, but", "Laut Artikel", "Laut dem Text", "Selon l'article,", "Según el artículo,",
	} {
		if diff := cmp.Diff(bare, Unframed(before+" "+inner+".")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", before, diff)
		}
	}
	body := strings.TrimSuffix(bare, ".")
	for _, after := range []string{
		", according to the article", " according to passage 1", ", as stated in the passage", ", as reported in the articles", ", the article says", ", says the article",
		" (passage 1)", " (Passages 1 and 2)", " (see passage 1)", " (according to passage 1)", ", the passage says (passage 1)", " in passage 2", ", as the article notes",
		", per the report", ", based on the passages", ", but the articles do not say why", "; the passages do not say why", ", although they do not mention the reason",
	} {
		if diff := cmp.Diff(bare, Unframed(body+after+".")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", after, diff)
		}
	}
	for _, within := range []string{
		"The ferry to Hull, according to the article, left two hours late.", "The ferry to Hull, the passage says, left two hours late.", "The ferry to Hull (passage 1) left two hours late.",
	} {
		if diff := cmp.Diff(bare, Unframed(within)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", within, diff)
		}
	}
}

func TestUnframedStays(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"The article was published in 2020.", "According to Putin, the loan is enough.", "Putin said that the loan is enough.", "The article says nothing about the loan.",
		"The passage of the ship took two days.", "According to the report of the United Nations, 774 people were detained.", "The report was rejected by the court.",
		"Sources say that he fled.", "The passages do not say what Tesla studied in Graz.", "In the story, a girl finds a cave, and hides.", "The article reports three deaths.",
		"In passages of great beauty, he describes the sea.", "The text of the treaty says that borders are fixed.", "He wrote an article that says the ferry sank.",
		"The government report, which said that the ferry sank, was wrong.", "The source of the river is in Wales.", "", "It sank.", "The articles do not say.",
		"Based on a true story, the film won two awards.", "As reported by the BBC, the ferry sank.",
	} {
		if diff := cmp.Diff(s, Unframed(s)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
