import Foundation
import TestSupport
import Testing

/// When output is coloured: the variables of no-color.org and bixense.com/clicolors.
@Suite(.timeLimit(.minutes(15)))
struct ColourTests {
  /// Variables, and whether a pipe and a terminal get colours with them.
  private static let cases: [(environment: [String: String], pipe: Bool, terminal: Bool)] = [
    ([:], false, true),
    (["NO_COLOR": ""], false, true),
    (["NO_COLOR": "1"], false, false),
    (["NO_COLOR": "0"], false, false),
    (["CLICOLOR": "0"], false, false),
    (["CLICOLOR": "1"], false, true),
    (["CLICOLOR": ""], false, true),
    (["CLICOLOR_FORCE": "1"], true, true),
    (["CLICOLOR_FORCE": "0"], false, true),
    (["CLICOLOR_FORCE": ""], false, true),
    (["CLICOLOR_FORCE": "1", "CLICOLOR": "0"], true, true),
    (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false, false),
    (["CLICOLOR_FORCE": "1", "TERM": "dumb"], true, true),
    (["TERM": "dumb"], false, false),
  ]

  /// Two that differ, since only changed tokens are coloured.
  private static let models = ["base", "sft"].map { "\($0)=\(Workplace.demo($0))" }

  /// A text of the demo.
  private static func text() throws -> String {
    let texts = try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
    return texts.prefix { $0 != "\n" } + "\n"
  }

  private func hasColour(_ text: String) -> Bool { text.contains("\u{1B}[") }

  @Test func `variables decide over colours`() throws {
    try Workplace.with(texts: Self.text()) { place in
      #expect(try place.score(Self.models).status == 0)
      let hasScript = try Tool.shell("command -v script", in: place.folder).status == 0
      for (environment, pipe, terminal) in Self.cases {
        let given = ["TERM": "xterm"].merging(environment) { $1 }
        let piped = try place.run(["audit", "log.h5", "--text", "base-000-0"], environment: given)
        #expect(piped.status == 0, "\(piped.error)")
        #expect(hasColour(piped.output) == pipe, "\(environment), a pipe")
        // `script` runs a command on a terminal of its own.
        guard hasScript else { continue }
        let shown = try Tool.shell(
          #"script -qec '"$TOOL" audit log.h5 --text base-000-0' /dev/null"#, in: place.folder,
          environment: given)
        #expect(shown.status == 0 && shown.output.contains("base-000-0, written by"), "\(shown)")
        #expect(hasColour(shown.output) == terminal, "\(environment), a terminal")
      }
    }
  }

  @Test func `nothing else is ever coloured on request`() throws {
    try Workplace.with(texts: Self.text()) { place in
      #expect(try place.score(Self.models).status == 0)
      for arguments in [
        ["audit", "log.h5"], ["audit", "log.h5", "--json"], ["inspect", "log.h5"], ["--help"],
        ["audit", "log.h5", "--text", "base-000-0", "--json"], ["export", "log.h5"],
        ["inspect", "none"],
      ] {
        let outcome = try place.run(arguments, environment: ["CLICOLOR_FORCE": "1"])
        #expect(!hasColour(outcome.output) && !hasColour(outcome.error), "\(arguments)")
      }
    }
  }
}
