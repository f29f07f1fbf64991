import Reporting
import Testing

@Suite struct TableTests {
  private let table = Table(
    title: "A & B", caption: "Δ in %, p → q.",
    columns: [.init("token", .text, ""), .init("n_x", .share, "")],
    rows: [[.text("␣<b>|*"), .count(-1)], [.text("{\\}"), .share(0.5)]])

  @Test func `Markdown escapes what would format`() {
    #expect(
      table.markdown == """
        ### A \\& B

        | token | n\\_x |
        | --- | --: |
        | ␣\\<b\\>\\|\\* | −1 |
        | {\\\\} | 50.0 % |

        Δ in %, p → q.
        """)
  }

  @Test func `LaTeX escapes its special characters`() {
    #expect(
      table.latex == """
        \\begin{table}
        \\centering
        \\caption{A \\& B. $\\Delta$ in \\%, p $\\to$ q.}
        \\begin{tabular}{lr}
          \\toprule
          token & n\\_x \\\\
          \\midrule
          \\textvisiblespace{}\\textless{}b\\textgreater{}\\textbar{}* & $-$1 \\\\
          \\{\\textbackslash{}\\} & 50.0 \\% \\\\
          \\bottomrule
        \\end{tabular}
        \\end{table}
        """)
  }
}
