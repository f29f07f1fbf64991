import Foundation
import Plotting
import TestSupport
import Testing

/// What a gnuplot may do that isn't drawing, with scripts in its place.
@Suite(.timeLimit(.minutes(15)))
struct GnuplotProcessTests {
  /// Draws the sample with a script of the shell as gnuplot.
  private func draw(
    _ script: String, mode: Int = 0o755, interpreter: String = "/bin/sh",
    timeLimit: Duration? = nil,
    look: (URL) throws -> Void = { _ in }
  ) throws {
    try withTemporaryFolder { folder in
      let fake = folder.appending(path: "gnuplot")
      try Data("#!\(interpreter)\n\(script)\n".utf8).write(to: fake)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: fake.path)
      let figures = folder.appending(path: "figures")
      try FileManager.default.createDirectory(at: figures, withIntermediateDirectories: false)
      defer { try? look(folder) }
      do {
        _ = try sampleFigure().write(
          named: "x", to: figures, searchPath: folder.path, timeLimit: timeLimit)
      } catch {
        #expect(try FileManager.default.contentsOfDirectory(atPath: figures.path) == [])
        throw error
      }
    }
  }

  private func complaint(
    _ script: String, mode: Int = 0o755, interpreter: String = "/bin/sh", timeLimit: Duration? = nil
  ) throws -> String {
    let error = try #require(throws: PlottingError.self) {
      try draw(script, mode: mode, interpreter: interpreter, timeLimit: timeLimit)
    }
    #expect(!error.description.contains("\n"))
    return error.description
  }

  @Test func `its environment is made, not inherited`() throws {
    let script = "env | sort > \"$(dirname \"$0\")/environment\"; exit 1"
    var names: Set<String> = []
    unsafe setenv("GNUTERM", "x11", 1)
    unsafe setenv("GNUPLOT_LIB", "/nowhere", 1)
    unsafe setenv("LANGUAGE", "de", 1)
    defer { for name in ["GNUTERM", "GNUPLOT_LIB", "LANGUAGE"] { unsafe unsetenv(name) } }
    #expect(throws: PlottingError.self) {
      try draw(script) { folder in
        let text = try String(contentsOf: folder.appending(path: "environment"), encoding: .utf8)
        names = Set(text.split(separator: "\n").map { String($0.prefix { $0 != "=" }) })
      }
    }
    #expect(names.isSuperset(of: ["LC_ALL", "PATH", "SOURCE_DATE_EPOCH", "TZ"]))
    #expect(names.isDisjoint(with: ["GNUTERM", "GNUPLOT_LIB", "LANGUAGE", "LANG", "DISPLAY"]))
  }

  @Test(arguments: ["exec sleep 300", "trap '' TERM; sleep 300", "sleep 300 & wait"])
  func `one that hangs is stopped`(script: String) throws {
    let start = ContinuousClock.now
    let said = try complaint(script, timeLimit: .seconds(1))
    #expect(said.contains("hadn't ended after 1 s"))
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test func `one that floods standard error neither hangs nor fills the memory`() throws {
    let said = try complaint("yes 'oh no' | head -c 50000000 >&2; exit 3")
    // What is kept of a flood may end within a line.
    #expect(said.contains("oh n"))
    #expect(said.utf8.count < 1_000)
    let endless = try complaint("yes >&2", timeLimit: .seconds(1))
    #expect(endless.contains("hadn't ended"))
  }

  @Test func `one that draws nothing and is content`() throws {
    #expect(try complaint("exit 0").contains("without drawing x.svg"))
    #expect(try complaint("echo '<svg/>' > x.svg").contains("without drawing x.pdf"))
    #expect(try complaint(": > x.svg; echo %PDF > x.pdf").contains("without drawing x.svg"))
  }

  @Test func `one that can't be executed`() throws {
    #expect(try complaint("", mode: 0o644).contains("can't be executed: chmod +x"))
    #expect(try complaint("", interpreter: "/nowhere/sh").contains("can't be run"))
  }
}
