import Foundation

/// All of a run.
struct BenchmarkResult: Encodable {
  let machine: MachineFacts
  let repeats: Int
  var before: Ceilings?
  var after: Ceilings?
  var timings: [Timing] = []
  var notes: [String] = []

  init(machine: MachineFacts, repeats: Int) {
    (self.machine, self.repeats) = (machine, repeats)
  }

  /// The better of both measurements.
  private var ceilings: Ceilings? {
    guard let before, let after else { return before ?? after }
    return Ceilings(
      multiplication: max(before.multiplication, after.multiplication),
      bfloat16Multiplication: before.bfloat16Multiplication.map {
        max($0, after.bfloat16Multiplication ?? 0)
      },
      memory: max(before.memory, after.memory),
      memoryOfOneThread: max(before.memoryOfOneThread, after.memoryOfOneThread))
  }

  func json() throws -> String {
    struct Row: Encodable {
      let timing: Timing
      let rate: Rate?
    }
    struct Whole: Encodable {
      let result: BenchmarkResult
      let rows: [Row]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let rows = timings.map { timing in
      Row(timing: timing, rate: ceilings.map { Rate(timing, ceilings: $0) })
    }
    return String(decoding: try encoder.encode(Whole(result: self, rows: rows)), as: UTF8.self)
  }

  var table: String {
    var lines = machine.lines
    for (name, value) in [("before", before), ("after", after)] {
      guard let value else { continue }
      lines.append(
        "ceilings   \(name): \((value.multiplication / 1e9).digits(0)) GFLOP/s, "
          + (value.bfloat16Multiplication.map { "bf16 \(($0 / 1e9).digits(0)) GFLOP/s, " } ?? "")
          + "memory "
          + "\((value.memory / 1e9).digits(1)) GB/s, one thread "
          + "\((value.memoryOfOneThread / 1e9).digits(1)) GB/s")
    }
    lines.append("")
    var rows = [["case", "median", "spread", "processor", "rate", "per item", "share of ceiling"]]
    let ceilings = ceilings ?? .unknown
    rows += timings.map { Rate($0, ceilings: ceilings).cells($0) }
    lines += Self.aligned(rows)
    return (lines + notes).joined(separator: "\n")
  }

  /// First column to the left, the others to the right.
  private static func aligned(_ rows: [[String]]) -> [String] {
    let columns = rows.first?.indices ?? 0..<0
    let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      columns.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + space : space + row[column]
      }.joined(separator: "  ")
    }
  }
}

/// A timing in the unit of its work, and beside its ceiling.
struct Rate: Encodable {
  /// Per second, in `unit`.
  let value: Double
  let unit: String
  /// Nanoseconds per logit, if logits are what is worked on.
  let nanosecondsPerLogit: Double?
  /// Of the time that the ceiling would allow; nil where there is no ceiling.
  let share: Double?

  init(_ timing: Timing, ceilings: Ceilings) {
    switch timing.work {
    case .multiplication(let operations, let type):
      self.init(
        value: operations / timing.median / 1e9, unit: "GFLOP/s",
        share: operations / timing.median / ceilings.multiplication(type))
    case .memory(let bytes):
      self.init(
        value: bytes / timing.median / 1e9, unit: "GB/s",
        share: bytes / timing.median / ceilings.memory)
    case .logits(let count, let bytes):
      self.init(
        value: bytes / timing.median / 1e9, unit: "GB/s",
        share: bytes / timing.median / ceilings.memoryOfOneThread,
        nanosecondsPerLogit: 1e9 * timing.median / count)
    case .tokens(let count, let operations, let type):
      self.init(
        value: count / timing.median, unit: "tokens/s",
        share: operations / ceilings.multiplication(type) / timing.median)
    case .rollouts(let count):
      self.init(value: count / timing.median, unit: "rollouts/s", share: nil)
    }
  }

  private init(value: Double, unit: String, share: Double?, nanosecondsPerLogit: Double? = nil) {
    (self.value, self.unit, self.share) = (value, unit, share)
    self.nanosecondsPerLogit = nanosecondsPerLogit
  }

  /// The row of a table.
  func cells(_ timing: Timing) -> [String] {
    let spread =
      "\((timing.fastest / timing.median).digits(2))–\((timing.slowest / timing.median).digits(2))"
    return [
      timing.name, timing.median.asDuration, spread, timing.processor.asDuration,
      value.digits(value < 100 ? 1 : 0) + " " + unit,
      nanosecondsPerLogit.map { $0.digits(2) + " ns" } ?? "",
      share.flatMap { $0.isFinite ? (100 * $0).digits(0) + " %" : nil } ?? "",
    ]
  }
}

extension Double {
  /// With so many digits after the point.
  func digits(_ count: Int) -> String {
    formatted(
      .number.precision(.fractionLength(count)).grouping(.never).locale(Locale(identifier: "en_US"))
    )
  }

  /// Seconds with a unit that fits.
  fileprivate var asDuration: String {
    if self >= 1 { return digits(2) + " s" }
    if self >= 1e-3 { return (self * 1e3).digits(self >= 0.1 ? 0 : 2) + " ms" }
    return (self * 1e6).digits(1) + " µs"
  }
}
