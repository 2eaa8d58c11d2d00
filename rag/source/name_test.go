package source

import "testing"

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ title, date string }{
		"/notes/People/Jane Doe.md":                             {"Jane Doe", ""},
		"/notes/Daily/2024-05-01.md":                            {"2024-05-01", "2024-05-01"},
		"/posts/2024-05-01-ferry-timetable.md":                  {"ferry timetable", "2024-05-01"},
		"/posts/20240501_ferry.md":                              {"ferry", "2024-05-01"},
		"/posts/ferry_2024-05-01.md":                            {"ferry_2024-05-01", "2024-05-01"},
		"/posts/2024-05-01/ferry.md":                            {"ferry", ""},
		"/posts/2024-13-01 ferry.md":                            {"ferry", ""},
		"/posts/2099-05-01.md":                                  {"2099-05-01", ""},
		"/posts/2024-0501.md":                                   {"2024-0501", ""},
		"/posts/order 120240501.md":                             {"order 120240501", ""},
		"/docs/README.md":                                       {"", ""},
		"/docs/index.md":                                        {"", ""},
		"/docs/---.md":                                          {"", ""},
		"https://example.org/2024/05/01/the-ferry.md":           {"the ferry", "2024-05-01"},
		"https://example.org/ferry?day=2024-05-01":              {"ferry", ""},
		"https://example.org/Jane%20Doe.md":                     {"Jane Doe", ""},
		"/posts/2024-05-01-ferry/index.md":                      {"ferry", "2024-05-01"},
		"/content/posts/2024/05/01/ferry.md":                    {"ferry", "2024-05-01"},
		"/site/_posts/news/2024/05/01-ferry.md":                 {"ferry", "2024-05-01"},
		"/blog/2024/05/01/ferry/index.md":                       {"ferry", "2024-05-01"},
		"/backup/2024/05/01/ferry.md":                           {"ferry", ""},
		"/docs/01-install.md":                                   {"install", ""},
		"/notes/7 Wonders.md":                                   {"7 Wonders", ""},
		"/notes/202405011230 The Ferry.md":                      {"The Ferry", ""},
		"/notes/2024.05.01":                                     {"2024.05.01", "2024-05-01"},
		"/notion/The Ferry 0123456789abcdef0123456789abcdef.md": {"The Ferry", ""},
		"/docs/ferry/_index.md":                                 {"ferry", ""},
		"https://example.org/20240501":                          {"20240501", "2024-05-01"},
	} {
		date := ""
		if d := dateInName(name); !d.IsZero() {
			date = d.Format("2006-01-02")
		}
		if title := nameTitle(name); title != want.title || date != want.date {
			t.Errorf("%s: title %q, date %q; want %q, %q", name, title, date, want.title, want.date)
		}
	}
}
