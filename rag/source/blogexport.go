package source

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"footnote/rag"
)

// ghostPost is a post or page in an export of Ghost.
type ghostPost struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	HTML       string `json:"html"`
	Plain      string `json:"plaintext"`
	Status     string `json:"status"`
	Visibility string `json:"visibility"`
	Published  string `json:"published_at"`
	Canonical  string `json:"canonical_url"`
}

type ghostData struct {
	Posts []ghostPost `json:"posts"`
	Users []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"users"`
	Authors []struct {
		Post   string `json:"post_id"`
		Author string `json:"author_id"`
	} `json:"posts_authors"`
}

// isGhostExport reports whether JSON is an export of Ghost.
func isGhostExport(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data[:min(len(data), 64)], "\ufeff \t\r\n"), []byte("{")) && bytes.Contains(data, []byte(`"posts"`)) &&
		bytes.Contains(data, []byte(`"visibility"`)) && (bytes.Contains(data, []byte(`"mobiledoc"`)) || bytes.Contains(data, []byte(`"lexical"`)))
}

// loadGhost yields the public posts and pages of a Ghost export, and a *Skipped
// for each other.
func loadGhost(f file, yield func(part) bool) error {
	var export struct {
		DB   []struct{ Data ghostData } `json:"db"`
		Data ghostData                  `json:"data"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(f.data, []byte("\xef\xbb\xbf")), &export); err != nil {
		return err
	}
	all := []ghostData{export.Data}
	for _, db := range export.DB {
		all = append(all, db.Data)
	}
	for _, data := range all {
		names, authors := map[string]string{}, map[string]string{}
		for _, u := range data.Users {
			names[u.ID] = oneLine(tidy(u.Name))
		}
		for _, a := range data.Authors {
			if name := names[a.Author]; name != "" && authors[a.Post] == "" {
				authors[a.Post] = name
			}
		}
		for _, post := range data.Posts {
			p := part{name: oneLine(tidy(post.ID))}
			if s := post.skipped(f.read.Drafts); s != nil {
				p.err = s
			} else {
				p.doc = post.document()
				p.doc.Author = authors[post.ID]
			}
			if !yield(p) {
				return nil
			}
		}
	}
	return nil
}

// skipped returns why a post is not an article; nil if it is. A post for members
// is never public.
func (p ghostPost) skipped(drafts bool) *Skipped {
	switch {
	case p.Visibility != "" && p.Visibility != "public":
		return &Skipped{Reason: Unpublished, Err: fmt.Errorf("its visibility is %s", printable(p.Visibility))}
	case p.Status == "published" || drafts && (p.Status == "draft" || p.Status == "scheduled"):
		return nil
	}
	return &Skipped{Reason: Unpublished, Err: fmt.Errorf("its status is %s", printable(p.Status))}
}

func (p ghostPost) document() rag.Document {
	d := rag.Document{Title: oneLine(tidy(p.Title)), URL: webAddress(p.Canonical)}
	if t, ok := parseDate(strings.TrimSpace(p.Published)); ok {
		d.Published = published(t)
	}
	if p.HTML == "" {
		d.Text = tidy(p.Plain)
		return d
	}
	d.Text = cleanArticle(rendered(p.HTML), d)
	return d
}

// isMediumDraft reports whether a page is a draft in an export of Medium.
func isMediumDraft(f file) bool {
	return strings.HasPrefix(path.Base(f.name), "draft_") && bytes.Contains(f.data, []byte(`Exported from <a href="https://medium.com">Medium</a>`))
}

// substackPost is a row of posts.csv in an export of Substack.
type substackPost struct{ title, date, published, audience string }

// substackPosts returns the posts of a Substack export by their IDs; nil if the
// archive is not one.
func substackPosts(f file, z *zip.Reader) map[string]substackPost {
	data, err := member(f, z, "posts.csv")
	if err != nil || !bytes.HasPrefix(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), []byte("post_id,")) {
		return nil
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil {
		return nil
	}
	posts := map[string]substackPost{}
	for _, row := range rows[1:] {
		values := map[string]string{}
		for i, v := range row {
			if i < len(rows[0]) {
				values[rows[0][i]] = strings.TrimSpace(v)
			}
		}
		id, _, _ := strings.Cut(values["post_id"], ".")
		posts[id] = substackPost{title: values["title"], date: values["post_date"], published: values["is_published"], audience: values["audience"]}
	}
	return posts
}

// loadSubstack yields the public posts of a Substack export, and a *Skipped for
// each other.
func loadSubstack(f file, z *zip.Reader, posts map[string]substackPost, yield func(part) bool) error {
	for i, e := range z.File {
		if path.Dir(e.Name) != "posts" || path.Ext(e.Name) != ".html" || inside(e.Name) != nil {
			continue // the list of subscribers, and who opened which mail
		}
		if i > maxFiles {
			return &Skipped{Reason: TooLarge, Err: fmt.Errorf("more than %d files", maxFiles)}
		}
		p := part{name: e.Name}
		id, _, _ := strings.Cut(path.Base(e.Name), ".")
		post, ok := posts[id]
		switch {
		case !ok:
			p.err = &Skipped{Reason: Unpublished, Err: errors.New("posts.csv does not list it")}
		case post.published != "true" && !f.read.Drafts:
			p.err = &Skipped{Reason: Unpublished, Err: errors.New("its status is draft")}
		case post.audience != "" && post.audience != "everyone":
			p.err = &Skipped{Reason: Unpublished, Err: fmt.Errorf("its audience is %s", printable(post.audience))}
		default:
			p.doc, p.err = post.document(f, e)
		}
		if !yield(p) || errors.Is(p.err, errExpanded) {
			return nil
		}
	}
	return nil
}

func (p substackPost) document(f file, e *zip.File) (rag.Document, error) {
	in, err := zipped(f, e)
	if err != nil {
		return rag.Document{}, err
	}
	markup, err := decodePage(*in)
	if err != nil {
		return rag.Document{}, err
	}
	d := rag.Document{Title: oneLine(tidy(p.title))}
	if t, ok := parseDate(p.date); ok {
		d.Published = published(t)
	}
	d.Text = cleanArticle(rendered(markup), d)
	return d, nil
}
