package discordcmd

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"footnote/bot/discord"
	"footnote/cmd/footnote/internal/catalog"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/rag"
)

const aboutServers = `SERVER is the ID of a server, as "footnote discord grants" shows it, or "direct"
for direct messages. A running bot follows the change at once.`

// grant returns the command discord grant.
func grant(p *cli.Program) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "grant SERVER COLLECTION…",
		Short: "Let a server use collections",
		Long: `Grant lets a Discord server quote the articles of collections. Its admins choose
among them with /footnote setup. The name "" means the articles without a
collection.

` + aboutServers,
		Example: "  footnote discord grant 1100000000000000002 handbook news\n  footnote discord grant direct --all",
		Args:    serverAndCollections(&all),
		RunE: func(c *cobra.Command, args []string) error {
			return changeGrant(c.Context(), p, args[0], func(g *discord.Grant) error {
				if all {
					g.All, g.Collections = true, nil
					return nil
				}
				if g.All {
					return exit.Usage("the server may use all collections already", "to name them instead, run `footnote discord revoke "+args[0]+" --all` first")
				}
				g.Collections = append(g.Collections, args[1:]...)
				return nil
			}, args[1:])
		},
	}
	c.Flags().BoolVar(&all, "all", false, "all collections, also those that you add later")
	return c
}

// revoke returns the command discord revoke.
func revoke(p *cli.Program) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   "revoke SERVER COLLECTION…",
		Short: "Stop a server from using collections",
		Long: `Revoke takes back what "footnote discord grant" allowed. With --all, the server
may use nothing but the articles that its own people add.

` + aboutServers,
		Example: "  footnote discord revoke 1100000000000000002 news\n  footnote discord revoke 1100000000000000002 --all",
		Args:    serverAndCollections(&all),
		RunE: func(c *cobra.Command, args []string) error {
			return changeGrant(c.Context(), p, args[0], func(g *discord.Grant) error {
				if all {
					g.All, g.Collections = false, nil
					return nil
				}
				for _, name := range args[1:] {
					n := slices.Index(g.Collections, name)
					switch {
					case n >= 0:
						g.Collections = slices.Delete(g.Collections, n, n+1)
					case g.All:
						return exit.Usage("the server may use all collections", "run `footnote discord revoke "+args[0]+" --all`, then grant it some")
					default:
						return exit.Usage(fmt.Sprintf("collection %q: not granted to this server", name), "run `footnote discord grants` to see what is")
					}
				}
				return nil
			}, nil)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "everything")
	return c
}

// serverAndCollections checks that the arguments are a server, and collections
// unless all is set.
func serverAndCollections(all *bool) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := cli.SomeArgs("the ID of a server", -1)(c, args); err != nil {
			return err
		}
		id := args[0]
		if id != discord.Direct && (id == "" || strings.Trim(id, "0123456789") != "") {
			return exit.Usage(fmt.Sprintf("%q is not the ID of a server", id), "run `footnote discord grants` to see the IDs, or use \""+discord.Direct+"\" for direct messages")
		}
		if (len(args) > 1) == *all {
			return exit.Usage(c.CommandPath()+": name collections, or set --all", "run `"+c.CommandPath()+" --help` to see how to use it")
		}
		for _, name := range args[1:] {
			if strings.HasPrefix(name, "discord/") {
				return exit.Usage(fmt.Sprintf("collection %q belongs to a server", name), "name a collection that you made with `footnote add --collection`")
			}
		}
		return nil
	}
}

// changeGrant changes the grant of a server and prints it. The library must have
// articles in the collections named.
func changeGrant(ctx context.Context, p *cli.Program, server string, change func(*discord.Grant) error, named []string) error {
	l, done, err := open.ToChange(p)
	if err != nil {
		return err
	}
	defer done()
	infos, err := l.List(ctx, rag.Filter{})
	if err != nil {
		return err
	}
	if err := catalog.Collections(named).Check(infos); err != nil {
		return err
	}
	grants := discord.Grants{Records: l}
	var refused error // without the path of operations that Change adds
	err = grants.Change(ctx, server, func(g *discord.Grant) error {
		refused = change(g)
		return refused
	})
	if refused != nil {
		return refused
	}
	if err != nil {
		return err
	}
	g, err := grants.Of(ctx, server)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "%s may use: %s\n", server, collectionsOf(g))
	return nil
}

// collectionsOf returns what a grant allows, as people read it.
func collectionsOf(g discord.Grant) string {
	var names []string
	for _, c := range g.Collections {
		if c == "" {
			c = `""`
		}
		names = append(names, c)
	}
	switch {
	case g.All:
		return "all collections"
	case len(names) == 0:
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// serverGrant is a grant in the output of discord grants --json.
type serverGrant struct {
	Server      string   `json:"server"`
	Name        string   `json:"name"`
	All         bool     `json:"all"`
	Collections []string `json:"collections"`
}

// grants returns the command discord grants.
func grants(p *cli.Program) *cobra.Command {
	return p.WithJSON(&cobra.Command{
		Use:   "grants",
		Short: "List the servers and the collections that they may use",
		Long: `Grants lists which servers may use which collections. If a bot token is set, it
asks Discord for the servers that the bot is on, and lists them all.`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l, done, err := open.ToRead(p)
			if err != nil {
				return err
			}
			defer done()
			all, err := listGrants(c.Context(), p, discord.Grants{Records: l})
			if err != nil {
				return err
			}
			if p.JSON {
				return p.PrintJSON(all)
			}
			if len(all) == 0 {
				p.Note("no grants yet; the bot's only server gets all collections when the bot starts")
				return nil
			}
			t := p.Text()
			tab := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tab, "SERVER\tNAME\tMAY USE")
			for _, g := range all {
				fmt.Fprintf(tab, "%s\t%s\t%s\n", g.Server, t.Line(cmp.Or(g.Name, "-"), 40), collectionsOf(discord.Grant{All: g.All, Collections: g.Collections}))
			}
			return tab.Flush()
		},
	})
}

// listGrants returns the grants, and the servers of the bot that have none.
func listGrants(ctx context.Context, p *cli.Program, stored discord.Grants) ([]serverGrant, error) {
	list, err := stored.List(ctx)
	if err != nil {
		return nil, err
	}
	names, err := serverNames(ctx, p)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(names)) {
		if slices.ContainsFunc(list, func(g discord.Grant) bool { return g.Server == id }) {
			continue
		}
		g, err := stored.Of(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, g)
	}
	all := []serverGrant{}
	for _, g := range list {
		all = append(all, serverGrant{g.Server, names[g.Server], g.All, append([]string{}, g.Collections...)})
	}
	return all, nil
}

// serverNames asks Discord for the names of the bot's servers, by ID; nil if no
// token is set, or if --offline disables network access.
func serverNames(ctx context.Context, p *cli.Program) (map[string]string, error) {
	if !HasToken(p) || p.Offline && p.Getenv("FOOTNOTE_DISCORD_API") == "" {
		return nil, nil
	}
	d, err := Bot(p)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	seen, err := d.Inspect(ctx)
	if err != nil {
		return nil, Explain(err)
	}
	names := map[string]string{}
	for _, s := range seen.Servers {
		names[s.ID] = s.Name
	}
	return names, nil
}
