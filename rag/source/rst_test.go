package source

import (
	"testing"

	"footnote/rag"
)

const rstManual = `.. meta::
   :description: dropped

===========
Tea machine
===========

:Author: Anna Berg
:Date:   2024-05-01
:Version: 3

.. |tm| replace:: *Tea* machine
.. _setup:

Setting up
==========

The |tm|
boils [1]_ water. See :ref:` + "`setup`, `the docs <https://example.org>`_" + ` and :py:meth:` + "`~tea.Pot.boil`" + ` or ` + "``a | b``" + `, Python_ and __init__.

1. Fill it.
   Twice.
2. Press:

   - on
   - off

   and wait.

.. note:: Hot
   water burns.

.. a comment
   of two lines

Code::

    if x:

        boil()

.. code-block:: sh
   :linenos:

   tea --hot

========= =====
Leaf      Price
========= =====
Green     12
Black      7
          extra
========= =====

+-------+------+
| Leaf  | Time |
+=======+======+
| Green | 2    |
|       | min  |
+-------+------+

term
    Its definition.

.. list-table:: Sizes
   :header-rows: 1

   * - Name
     - Size
   * - S
     - 1

.. function:: boil(water)

   Boils it.

   :param water: what

.. versionadded:: 2.1 The kettle.

.. [1] Except on *Sundays*.
`

func TestRST(t *testing.T) {
	t.Parallel()
	checkReads(t, []readCase{
		{"tea.rst", []byte(rstManual), []rag.Document{{Source: "tea.rst", Title: "Tea machine", Author: "Anna Berg", Published: day(2024, 5, 1),
			Text: `# Tea machine

## Setting up

The Tea machine boils water. See Setting up, the docs and boil or a | b, Python and __init__.

1) Fill it. Twice.
2) Press:
  - on
  - off
  and wait.

Note: Hot water burns.

Code:

    if x:

        boil()

    tea --hot

Leaf | Price
Green | 12
Black | 7 extra

Leaf | Time
Green | 2 min

- term: Its definition.

Sizes

Name | Size
S | 1

boil(water)

Boils it.

- water: what

New in version 2.1: The kettle.

- Except on Sundays.
`}}, nil},
		{"post.rst", []byte(".. title: Out\n.. date: 2024-05-01 10:00\n.. status: draft\n\nText.\n"), nil, []string{"post.rst: not published: status: draft"}},
		{"steps.rst", []byte("Steps\n=====\n\n#. One.\n\n   #. In one.\n\n#. Two.\n\nText.\n\n#. Anew.\n"),
			[]rag.Document{{Source: "steps.rst", Title: "Steps", Text: "# Steps\n\n1) One.\n  1) In one.\n2) Two.\n\nText.\n\n1) Anew.\n"}}, nil},
		{"Plain note.rst", []byte("A. Smith came\nhome.\n\n| a\n| b\n\n>>> f()\n4\n\n  quoted\n\n-x  an option\n"),
			[]rag.Document{{Source: "Plain note.rst", Title: "Plain note", Text: "A. Smith came home.\n\na\nb\n\n    >>> f()\n    4\n\nquoted\n\n- -x: an option\n"}}, nil},
	})
}

// FuzzRST checks that no reStructuredText causes a panic or text that is not
// tidy.
func FuzzRST(f *testing.F) {
	f.Add(rstManual)
	f.Fuzz(func(t *testing.T, s string) { checkFuzzed(t, "a.rst", []byte(s)) })
}
