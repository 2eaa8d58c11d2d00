package source

import (
	"path"
	"strings"

	"footnote/rag/internal/lazyregexp"
)

// unread returns why a file is skipped that no loader reads.
func unread(f file) *Skipped {
	media, _, _ := strings.Cut(f.media, "/")
	if isOther(f.name) || media == "image" || media == "audio" || media == "video" || media == "font" || ending(f.name) == "" && sniff(f.data) == "sh" {
		return &Skipped{Reason: Other}
	}
	return &Skipped{Reason: UnknownKind}
}

// isOther reports whether the name is that of a picture, code, a setting or
// another file that holds no article, whatever is in it.
func isOther(name string) bool {
	base := strings.ToLower(path.Base(name))
	return otherEndings[ending(name)] || otherNames[base] || strings.HasSuffix(base, ".config.json") || strings.HasSuffix(base, ".schema.json") ||
		strings.HasSuffix(base, ".db-wal") || strings.HasSuffix(base, ".db-shm") || strings.HasSuffix(base, ".db-journal")
}

// otherEndings lists the endings of files that hold no article.
var otherEndings = set(`
png jpg jpeg gif svg webp avif bmp ico tif tiff heic psd ai eps xcf sketch fig drawio excalidraw
mp3 mp4 m4a m4v wav ogg oga ogv opus flac aac mov avi mkv webm wmv
go py pyi js mjs cjs ts jsx tsx c h cc cpp cxx hpp hh java rb rs php sh bash zsh fish bat cmd pl pm lua swift kt kts scala r jl dart ex exs erl hs ml clj el vim asm s f90 pas cs vb fs m mm sql proto graphql tf nix zig css scss sass less vue svelte wasm map ejs hbs tmpl tpl jinja j2 njk liquid
yaml yml toml ini cfg conf config env lock mod sum properties plist gradle cmake mk editorconfig gitignore gitattributes gitmodules dockerignore npmrc nvmrc webmanifest xsd xsl xslt dtd desktop service rc bib sty cls bst
exe dll so dylib o a pyc class jar war bin dat db sqlite sqlite3 iso dmg apk deb rpm msi whl gem woff woff2 ttf otf eot sig asc pem crt key p12 log tmp bak swp pack idx diff patch
`)

// otherNames lists the names of files that hold no article, although their
// endings do not say so.
var otherNames = set(`
makefile gnumakefile dockerfile containerfile vagrantfile jenkinsfile gemfile rakefile procfile brewfile justfile pipfile codeowners build workspace caddyfile podfile fastfile snakefile cname
cmakelists.txt requirements.txt robots.txt ads.txt package.json package-lock.json tsconfig.json jsconfig.json composer.json manifest.json bower.json lerna.json nx.json turbo.json deno.json renovate.json vercel.json firebase.json angular.json app.json settings.json launch.json tasks.json extensions.json workspace.json workspace-mobile.json appearance.json community-plugins.json core-plugins.json hotkeys.json graph.json
`)

// converters gives the commands that make a file readable, by ending. NAME
// stands for the file.
var converters = []struct{ endings, command string }{
	{"textile mediawiki wiki dokuwiki creole t2t fb2 docbook dbk muse typ twiki tikiwiki vimwiki djot dj icml jats man roff native haddock", "pandoc NAME -o NAME.md"},
	{"doc dot wps wpd sxw abw hwp lwp", "libreoffice --headless --convert-to docx NAME"},
	{"ppt pps", "libreoffice --headless --convert-to pptx NAME"},
	{"xls xlsb", "libreoffice --headless --convert-to xlsx NAME"},
	{"mobi azw azw3 kfx lit pdb lrf chm", "ebook-convert NAME NAME.epub"},
	{"djvu", "djvutxt NAME NAME.txt"},
	{"ps", "ps2pdf NAME NAME.pdf"},
	{"msg", "msgconvert NAME"},
	{"png jpg jpeg tif tiff bmp webp", "ocrmypdf NAME NAME.pdf"},
	{"pdf", "ocrmypdf NAME NAME.ocr.pdf"},
	{"mp3 mp4 m4a wav ogg opus flac mov avi mkv webm", "whisper NAME --output_format vtt"},
	{"tar tgz tbz2 txz bz2 xz zst", "tar -xf NAME"},
	{"7z rar cab", "7z x NAME"},
}

// Converter returns a command that turns a file into a kind that footnote
// reads; empty if none is known.
func Converter(name string) string {
	end := ending(name)
	for _, c := range converters {
		if end != "" && set(c.endings)[end] {
			return commandName.ReplaceAllStringFunc(c.command, func(s string) string {
				return shellQuoted(name + strings.TrimPrefix(s, "NAME"))
			})
		}
	}
	return ""
}

// commandName matches the name of a file in a command, with what is appended to
// it.
var commandName = lazyregexp.New(`NAME(?:\.\w+)*`)

var unquoted = lazyregexp.New(`^[\w./:@%+,-]+$`)

// shellQuoted returns a name as a shell needs it.
func shellQuoted(name string) string {
	if unquoted.MatchString(name) {
		return name
	}
	return "'" + strings.ReplaceAll(printable(name), "'", `'\''`) + "'"
}
