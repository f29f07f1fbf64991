import ArgumentParser
import Reporting

/// `--quiet` and `--json`, and the last words of every command that writes something.
struct Verbosity: ParsableArguments {
  @Flag(name: .customLong("quiet"), help: "No progress, no summary.")
  var isQuiet = false

  @Flag(name: .customLong("json"), help: "Print the result as JSON.")
  var isJSON = false

  /// Prints a summary for people or machines; for people the last line says where the results are.
  func report(_ lines: [String], json: some Encodable, path: String) throws {
    try report(lines, json: json, last: "wrote \(path)")
  }

  /// The same with a last line of its own.
  func report(_ lines: [String], json: some Encodable, last: String) throws {
    if isJSON {
      try Terminal.printResult(Self.text(of: json))
    } else if !isQuiet {
      for line in lines { try Terminal.printResult(Terminal.harmless(line)) }
      try Terminal.printResult(Terminal.harmless(last))
    }
  }

  /// JSON with sorted keys, for people to read as well; null for what was not measured.
  static func text(of value: some Encodable) throws -> String {
    try JSONText.text(of: value)
  }
}
