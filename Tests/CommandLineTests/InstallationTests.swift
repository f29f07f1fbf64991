import Foundation
import TestSupport
import Testing

/// What `make install` puts where, and that shells can use it.
@Suite(.timeLimit(.minutes(15)))
struct InstallationTests {
  /// Installs the tool that is built already into `usr` of a folder.
  private func withInstallation(_ body: (Workplace) throws -> Void) throws {
    try Workplace.with { place in
      let outcome = try make("install", in: place)
      #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
      try body(place)
    }
  }

  private func make(_ target: String, in place: Workplace) throws -> Tool.Outcome {
    // -o: what is built counts as built.
    try Tool.shell(
      #"make -s -C "$ROOT" -o build \#(target) TOOL="$TOOL" DESTDIR="$PWD" PREFIX=/usr"#,
      in: place.folder, environment: ["ROOT": Places.root.path])
  }

  private static let completions = [
    "bash": "usr/share/bash-completion/completions/tokenshift",
    "zsh": "usr/share/zsh/site-functions/_tokenshift",
    "fish": "usr/share/fish/vendor_completions.d/tokenshift.fish",
  ]

  @Test func `install puts tool, pages and completions, and uninstall takes them away`() throws {
    try withInstallation { place in
      let pages = (["tokenshift"] + HelpTests.commands.map { "tokenshift-" + $0 })
        .map { "usr/share/man/man1/\($0).1" }
      let demo = try Tool.shell(
        "find base sft rl responses.jsonl -type f -size +0",
        in: Places.data.appending(path: "demo")
      ).output.split(separator: "\n").map { "usr/share/tokenshift/demo/\($0)" }
      #expect(demo.count == 16)
      let wanted = Set(pages + Self.completions.values + demo + ["usr/bin/tokenshift"])
      func installed() throws -> Set<String> {
        let files = try Tool.shell("find usr -type f -size +0", in: place.folder).output
        return Set(files.split(separator: "\n").map(String.init))
      }
      #expect(try installed() == wanted)
      let version = try Tool.shell("usr/bin/tokenshift --version", in: place.folder)
      #expect(try place.run(["--version"]).output == version.output)
      #expect(try make("uninstall", in: place).status == 0)
      #expect(try installed() == [])
    }
  }

  @Test func `an installed tool tests itself with the installed checkpoints`() throws {
    try withInstallation { place in
      let texts = "usr/share/tokenshift/demo/responses.jsonl"
      try place.write("", to: texts)
      let outcome = try Tool.shell("usr/bin/tokenshift selftest", in: place.folder)
      expectRefusal(outcome, [texts, "holds no texts"])
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func `each shell can read its file`(shell: String)
    throws
  {
    try withInstallation { place in
      let file = try #require(Self.completions[shell])
      let outcome = try Tool.shell(
        "command -v \(shell) > /dev/null || exit 0; \(shell) -n \(file)", in: place.folder)
      #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
    }
  }

  @Test func `bash completes commands, options, their values and files`() throws {
    try withInstallation { place in
      try place.write("", to: "log.h5")
      try place.write(
        """
        source \(Self.completions["bash"] ?? "")
        complete -p tokenshift
        try() {
          COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
          COMPREPLY=()
          _tokenshift tokenshift "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
          echo "${COMPREPLY[*]}"
        }
        try tokenshift ga
        try tokenshift gate --baseline-
        try tokenshift score --bos ""
        try tokenshift gate --candidate lo
        try tokenshift report --output us
        try tokenshift man
        """, to: "try.bash")
      let outcome = try Tool.shell("bash try.bash", in: place.folder)
      #expect(outcome.error == "")
      #expect(
        outcome.output.split(separator: "\n", omittingEmptySubsequences: false) == [
          "complete -o filenames -F _tokenshift tokenshift", "gate", "--baseline-model",
          "auto always never", "log.h5", "usr", "", "",
        ], "\(outcome.output)")
    }
  }
}
