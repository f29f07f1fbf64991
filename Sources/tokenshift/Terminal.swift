import Files
import Foundation
import Reporting

/// Standard output and error: what is a terminal, and how wide.
enum Terminal {
  static var isErrorInteractive: Bool {
    isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  static var isOutputInteractive: Bool {
    isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  /// Whether standard output gets colours, as no-color.org and bixense.com/clicolors have it.
  ///
  /// NO_COLOR has the last word; CLICOLOR_FORCE colours files and pipes as well; CLICOLOR=0 colours nothing;
  /// else a terminal is coloured. Empty values count as not set.
  static var usesColor: Bool {
    let environment = ProcessInfo.processInfo.environment
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    if value("NO_COLOR") != nil { return false }
    if let force = value("CLICOLOR_FORCE"), force != "0" { return true }
    return isOutputInteractive && value("CLICOLOR") != "0"
  }

  /// Columns of the terminal: COLUMNS, else what the terminal says, else 80.
  static var width: Int {
    if let columns = ProcessInfo.processInfo.environment["COLUMNS"], let width = Int(columns),
      width > 0
    {
      return width
    }
    return Self.reportedWidth ?? 80
  }

  /// Room for tables: the terminal's width, and no limit where output goes to a file.
  static var tableWidth: Int { isOutputInteractive ? width : .max }

  /// Writes lines to standard output: all that steers a terminal but line ends is spelled out.
  ///
  /// - Throws: `OutputError`: a result that went nowhere, say to a full disk, must not count as done.
  static func printResult(_ text: String) throws(OutputError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    try printStyled(lines.map { harmless(String($0)) }.joined(separator: "\n"))
  }

  /// The same for text that has colours of ours, and whatever else is in it spelled out already.
  ///
  /// - Throws: `OutputError`.
  static func printStyled(_ text: String) throws(OutputError) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    } catch { throw OutputError(reason: (error as NSError).systemReason) }
  }

  /// Writes bytes to standard output as they are.
  ///
  /// - Returns: false where nobody reads them any more, as after `| head`; SIGPIPE has to be ignored.
  /// - Throws: `OutputError`.
  static func writeOutput(_ bytes: [UInt8]) throws(OutputError) -> Bool {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(bytes))
      return true
    } catch {
      guard FileError(error, path: "").isBrokenPipe else {
        throw OutputError(reason: (error as NSError).systemReason)
      }
      return false
    }
  }

  /// One line of a text: names from files are shown on terminals, which must not obey them.
  static func harmless(_ text: String) -> String { VisibleText.escaped(text) }

  static func printError(_ text: String) { writeError(text + "\n") }

  /// Writes to standard error, which may be closed: then there is nobody to tell.
  static func writeError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  private static var reportedWidth: Int? {
    var size = winsize()
    let result = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size)
    return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }
}

/// Standard output can't be written.
struct OutputError: Error, CustomStringConvertible {
  let reason: String

  var description: String { "standard output: can't be written: \(reason)" }
}

/// A progress bar on a terminal, a plain line every ten seconds elsewhere, nothing if quiet.
final class ProgressBar {
  private let label: String
  private let unit: String
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  private let alreadyDone: Int
  private var lastShown: ContinuousClock.Instant?

  /// `alreadyDone` units were finished by an earlier run, in no time of this one.
  init(label: String, unit: String, isQuiet: Bool, alreadyDone: Int = 0) {
    (self.label, self.unit, self.isQuiet) = (label, unit, isQuiet)
    self.alreadyDone = alreadyDone
  }

  /// Shows that `done` of `total` units are finished.
  func update(done: Int, total: Int) {
    guard !isQuiet, total > 0 else { return }
    let now = ContinuousClock.now
    let interval: Duration = Terminal.isErrorInteractive ? .milliseconds(100) : .seconds(10)
    let isLast = done >= total
    if let lastShown, now - lastShown < interval, !isLast { return }
    if !Terminal.isErrorInteractive, lastShown == nil, !isLast {
      lastShown = now
      return
    }
    lastShown = now
    show(done: done, total: total, elapsed: (now - start) / .seconds(1), isLast: isLast)
  }

  private func show(done: Int, total: Int, elapsed: Double, isLast: Bool) {
    let rate = elapsed > 0 ? Double(done - alreadyDone) / elapsed : 0
    let share = Double(done) / Double(total)
    let rest =
      isLast
      ? "in \(Self.time(elapsed))"
      : rate > 0 ? "\(Self.time(Double(total - done) / rate)) left" : ""
    let text = "\(done)/\(total) \(unit), \(Int(rate.rounded())) \(unit)/s, \(rest)"
    guard Terminal.isErrorInteractive else {
      Terminal.printError("\(label): \(text)")
      return
    }
    let room = Terminal.width - label.count - text.count - 6
    let width = min(max(room, 0), 40)
    let filled = Int(share * Double(width))
    let bar =
      width >= 8
      ? "[" + String(repeating: "=", count: filled)
        + String(repeating: " ", count: width - filled) + "] " : ""
    let line = String("\(label) \(bar)\(text)".prefix(max(Terminal.width - 1, 20)))
    // Return, clear to the end of the line: a shorter text must not leave a tail.
    Terminal.writeError("\r\u{1B}[K" + line + (isLast ? "\n" : ""))
  }

  /// A duration for people.
  static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
