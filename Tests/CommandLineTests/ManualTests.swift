import Foundation
import TestSupport
import Testing

/// The manual pages, against what `--help` says: another rendering of the same commands.
@Suite(.timeLimit(.minutes(15)))
struct ManualTests {
  private static func has(_ program: String) -> Bool {
    ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains {
      FileManager.default.isExecutableFile(atPath: $0 + program)
    }
  }

  /// Made once: a process that makes all pages for each page would be most of this suite's time.
  private static let pages = Result { try pages(date: "0") }

  /// The pages by name, `gate` for tokenshift-gate.1 and nothing for the tool's own.
  private static func pages(date: String) throws -> [String: String] {
    try withTemporaryFolder { folder in
      let outcome = try Tool.run(
        ["manual", "--output", "man"], in: folder, environment: ["SOURCE_DATE_EPOCH": date])
      #expect(outcome.status == 0 && outcome.output == "" && outcome.error == "")
      let files = try FileManager.default.contentsOfDirectory(
        at: folder.appending(path: "man"), includingPropertiesForKeys: nil)
      return Dictionary(
        uniqueKeysWithValues: try files.map { file in
          let name = try #require(file.lastPathComponent.wholeMatch(of: /tokenshift-?(.*)\.1/))
          return (String(name.1), try String(contentsOf: file, encoding: .utf8))
        })
    }
  }

  /// roff's ways of writing a sign, undone.
  private func plain(_ roff: String) -> String {
    var text = roff.replacing("\\&", with: "").replacing("\\%", with: "")
    for (sign, name) in [
      ("-", "\\-"), ("'", "\\(aq"), ("`", "\\(ga"), ("\"", "\\(dq"), ("~", "\\(ti"), ("^", "\\(ha"),
    ] { text = text.replacing(name, with: sign) }
    text = text.replacing(/\\\[u([0-9A-F]+)\]/) { match in
      UInt32(match.1, radix: 16).flatMap(Unicode.Scalar.init).map { String($0) } ?? "?"
    }
    return text.replacing("\\e", with: "\\")
  }

  private func help(_ command: String) throws -> String {
    // So wide that no line is wrapped.
    try Tool.run(
      (command.isEmpty ? [] : [command]) + ["--help"], environment: ["COLUMNS": "100000"]
    ).output
  }

  @Test func `each command has a page, and each page a command`() throws {
    let pages = try Self.pages.get()
    #expect(Set(pages.keys) == Set(HelpTests.commands + [""]))
    for command in HelpTests.commands {
      #expect(pages[""]?.contains(".It Xr tokenshift-\(command) 1\n") == true, "\(command)")
      #expect(pages[command]?.contains(".Nm tokenshift-\(command)\n") == true, "\(command)")
    }
    #expect(pages["gate"]?.contains(".Dd January 1, 1970\n") == true)
    #expect(try Self.pages(date: "951782400")[""]?.contains(".Dd February 29, 2000\n") == true)
  }

  @Test(arguments: [""] + HelpTests.commands)
  func `a page has the command's options, each once`(command: String) throws {
    let page = try #require(try Self.pages.get()[command])
    let help = try help(command)
    // "  -h, --help", "  --greedy/--no-greedy", "  <PATH>".
    var wanted: [String] = []
    for line in help.split(separator: "\n") {
      guard let term = line.prefixMatch(of: #/ {2}(-[^ ,/]*|<[^>]*>)([,/] ?--[a-z-]+)*/#)?.output.0
      else { continue }
      wanted += term.matches(of: /-?-[a-z][a-z-]*|<[^>]*>/).map { String($0.output) }
    }
    var found: [String] = []
    for line in page.split(separator: "\n") where line.hasPrefix(".It ") {
      let term = plain(String(line))
      found += term.matches(of: /Fl (-[a-z-]+|[a-z])/).map { "-" + $0.1 }
      if let argument = term.wholeMatch(of: /\.It Ar (.*)/) { found.append("<\(argument.1)>") }
    }
    #expect(found.sorted() == wanted.sorted() && found.count >= 2)
    let synopsis = page.split(separator: ".Sh DESCRIPTION")[0]
    for option in wanted where !command.isEmpty && option.hasPrefix("--") {
      #expect(plain(String(synopsis)).contains("Fl " + option.dropFirst()), "\(option)")
    }
  }

  @Test(arguments: [""] + HelpTests.commands)
  func `a page says all that the help says`(command: String) throws {
    let page = plain(try #require(try Self.pages.get()[command]))
    let text = page.split(separator: "\n").filter { !$0.hasPrefix(".") || $0.hasPrefix("./") }
      .joined(separator: " ").split(separator: " ").joined(separator: " ")
    let overview = try #require(
      try help(command).split(separator: "USAGE:").first?.split(separator: "OVERVIEW: ").first)
    for line in overview.split(separator: "\n") {
      let words = line.split(separator: " ").joined(separator: " ")
      guard !words.isEmpty, words.wholeMatch(of: /Examples?:/) == nil else { continue }
      #expect(text.contains(words), "\(words)")
    }
    #expect(text.contains("Exit codes: 0 done, 1 a gate was not met"))
  }

  @Test(.enabled(if: has("mandoc") || has("groff")))
  func `formatters find nothing wrong`() throws {
    try withTemporaryFolder { folder in
      let script = """
        "$TOOL" manual --output man && cd man || exit 1
        for page in *.1; do
          if command -v mandoc > /dev/null; then mandoc -T lint -W warning "$page" || exit 1; fi
          if command -v groff > /dev/null; then
            groff -mdoc -ww -Tutf8 "$page" 2>&1 > /dev/null | grep . && exit 1
          fi
        done
        exit 0
        """
      let outcome = try Tool.shell(script, in: folder)
      #expect(outcome.status == 0 && outcome.output == "" && outcome.error == "", "\(outcome)")
    }
  }

  @Test func `wrong dates and folders are one line`() throws {
    try withTemporaryFolder { folder in
      for date in ["today", "-1", "1e99", "nan"] {
        expectRefusal(
          try Tool.run(
            ["manual", "--output", "m"], in: folder, environment: ["SOURCE_DATE_EPOCH": date]),
          ["SOURCE_DATE_EPOCH '\(date)'"])
      }
      expectRefusal(try Tool.run(["manual", "--output", ""], in: folder), ["--output is empty"])
      try Data().write(to: folder.appending(path: "file"))
      expectRefusal(try Tool.run(["manual", "--output", "file"], in: folder), ["file"])
    }
  }
}
