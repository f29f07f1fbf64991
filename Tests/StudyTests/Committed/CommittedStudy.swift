import Foundation
import TestSupport
import Testing

/// The runs of `Reports/study` as their files have them, read without the product's types.
struct CommittedStudy {
  /// A run's `measures.json`.
  struct Run {
    let name: String
    let seed: Int
    let base: String?
    let json: [String: Any]

    func value(_ key: String) -> Double? { (json["values"] as? [String: Any])?[key] as? Double }

    func split(_ name: String) -> [String: Any]? {
      (json["splits"] as? [String: Any])?[name] as? [String: Any]
    }

    /// Share of right sampled answers.
    func accuracy(_ split: String) -> Double? {
      guard let answers = self.split(split), let right = answers["correct"] as? [Int],
        let samples = answers["samples"] as? Int
      else { return nil }
      return right.map { Double($0) / Double(samples) }.reduce(0, +) / Double(right.count)
    }

    /// Share of changed positions on some author's texts, of bands that a limit of entropy lets in.
    func changed(_ author: String, _ isIn: (_ upTo: Double?) -> Bool) -> Double? {
      guard let shift = (json["shifts"] as? [String: Any])?[author] as? [String: Any],
        let bands = shift["bands"] as? [[String: Any]]
      else { return nil }
      let chosen = bands.filter { isIn($0["upTo"] as? Double) }
      func sum(_ key: String) -> Int { chosen.reduce(0) { $0 + ($1[key] as? Int ?? 0) } }
      return Double(sum("changed")) / Double(sum("positions"))
    }

    func shift(_ author: String, _ key: String) -> Double? {
      ((json["shifts"] as? [String: Any])?[author] as? [String: Any])?[key] as? Double
    }
  }

  static let folder = Places.root.appending(path: "Reports/study")

  /// What the folders of studies beside the main one begin with.
  static let prefixes = ["", "ladder-", "carry-"]

  let files: [URL]
  let runs: [Run]
  private let prefix: String

  /// Reads the runs of the main study, or of another one.
  ///
  /// - Throws: an error of a file.
  init(_ prefix: String) throws {
    self.prefix = prefix
    files = try #require(
      FileManager.default.enumerator(
        at: Self.folder.appending(path: prefix + "runs"), includingPropertiesForKeys: nil)
    ).compactMap { $0 as? URL }.filter { $0.lastPathComponent == "measures.json" }
    runs = try files.sorted { $0.path < $1.path }.map { file in
      let json = try #require(
        JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      return Run(
        name: try #require(json["name"] as? String), seed: try #require(json["seed"] as? Int),
        base: json["base"] as? String, json: json)
    }.sorted { $0.seed < $1.seed }
  }

  func runs(of name: String) -> [Run] { runs.filter { $0.name == name } }

  /// A number of each seed that has the run; nil where one lacks it.
  func values(of name: String, _ number: (Run) -> Double?) -> [Double]? {
    let values = runs(of: name).map(number)
    return values.isEmpty || values.contains { $0 == nil } ? nil : values.compactMap { $0 }
  }

  /// Numbers of two runs, of the seeds that have both.
  func pairs(
    _ name: String, _ other: String, _ first: (Run) -> Double?, _ second: (Run) -> Double?
  ) -> [(Double, Double)] {
    runs(of: name).compactMap { run in
      guard let partner = runs(of: other).first(where: { $0.seed == run.seed }),
        let a = first(run), let b = second(partner)
      else { return nil }
      return (a, b)
    }
  }

  // MARK: Tables

  /// A committed table: cells by the head of their column, row by row.
  func table(_ name: String) throws -> [[String: String]] {
    let file = Self.folder.appending(path: "\(prefix)tables/\(name).csv")
    let text = try String(contentsOf: file, encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map { Self.cells(of: String($0)) }
    let heads = try #require(lines.first)
    return lines.dropFirst().map { cells in
      Dictionary(zip(heads, cells)) { first, _ in first }
    }
  }

  /// Heads of a table's columns of estimates.
  func heads(_ name: String) throws -> [String] {
    let all = Set(try table(name).flatMap(\.keys))
    return all.filter { all.contains($0 + " lower") }.sorted()
  }

  /// Cells of a line, in quotes where they hold a comma (RFC 4180).
  private static func cells(of line: String) -> [String] {
    var cells = [""]
    var isQuoted = false
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: cells.append("")
      default: cells[cells.count - 1].append(character)
      }
    }
    return cells
  }
}

/// Student's t by the book: its density summed by Simpson's rule, its quantile by halving.
enum SlowT {
  static func density(_ t: Double, _ degrees: Double) -> Double {
    let scale = lgamma((degrees + 1) / 2) - lgamma(degrees / 2) - 0.5 * log(degrees * Double.pi)
    return exp(scale - (degrees + 1) / 2 * log1p(t * t / degrees))
  }

  /// P(T ≤ t), the tail beyond |t| summed over s = 1/x so that its end is near.
  static func probability(atMost t: Double, _ degrees: Double) -> Double {
    // Substituting x = 1/s: ∫_|t|^∞ f(x) dx = ∫_0^{1/|t|} f(1/s)/s² ds.
    let size = abs(t)
    let tail: Double
    if size < 1 {
      tail = 0.5 - simpson(0, size) { density($0, degrees) }
    } else {
      tail = simpson(0, 1 / size) { $0 == 0 ? 0 : density(1 / $0, degrees) / ($0 * $0) }
    }
    return t > 0 ? 1 - tail : tail
  }

  private static func simpson(_ a: Double, _ b: Double, _ f: (Double) -> Double) -> Double {
    let count = 4_000
    let step = (b - a) / Double(count)
    var sum = f(a) + f(b)
    for index in 1..<count { sum += (index % 2 == 1 ? 4 : 2) * f(a + Double(index) * step) }
    return sum * step / 3
  }

  /// Where 97.5 % lie below.
  static func bound(_ degrees: Double) -> Double {
    var (low, high) = (0.0, 100.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if probability(atMost: middle, degrees) < 0.975 { low = middle } else { high = middle }
    }
    return low
  }
}
