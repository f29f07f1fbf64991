import ArgumentParser
import Foundation
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

  /// JSON with sorted keys, for people to read as well.
  static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    // The encoder leaves characters as they are that a terminal obeys or that turn a line round.
    return String(decoding: try encoder.encode(value), as: UTF8.self).unicodeScalars.map { scalar in
      guard VisibleText.isSteering(scalar), scalar != "\n" else { return String(scalar) }
      return String(scalar).utf16.map { unit in
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined()
    }.joined()
  }
}
