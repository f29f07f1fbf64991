/// Numbers by step and name, as a source has them; NaN is *not measured*.
struct MetricTable {
  /// More names are no metrics, but something else's columns.
  static let mostColumns = 10_000
  /// 1 GiB of doubles.
  static let mostCells = 1 << 27

  /// What happens to a step that was there before, with others after it.
  enum Repetition {
    /// A resumed run: the later row takes the place of the earlier one.
    case row
    /// Names come apart: the later value takes the place of the earlier one.
    case value
  }

  /// A name with something other than numbers under it.
  struct Unread: Equatable {
    let name: String
    let reason: String
  }

  private let path: String
  private let repetition: Repetition
  private var rows: [Int: Int] = [:]
  private var stepOfRow: [Int] = []
  private var indices: [String: Int] = [:]
  private var lastRow: Int?
  private var rowsByStep: [Int] = []
  private var repeated: Set<Int> = []
  private var known: Set<String> = []
  /// Names in the order of their first occurrence.
  private(set) var names: [String] = []
  /// As long as the last row that has a value.
  private var columns: [[Double]] = []
  /// What is no number, in the order of its first occurrence.
  private(set) var unread: [Unread] = []
  /// Rows that say no step.
  var rowsWithoutStep = 0

  init(path: String, repetition: Repetition = .row) {
    (self.path, self.repetition) = (path, repetition)
  }

  /// Steps that occurred more than once with values of their own; the last counted.
  var repeatedSteps: Int { repeated.count }

  /// Steps in ascending order.
  var steps: [Int] { stepOfRow.sorted() }

  /// Values of a name by ascending step; to be asked after `finish`.
  func values(_ name: String) -> [Double] {
    guard let index = indices[name] else { return rowsByStep.map { _ in .nan } }
    let column = columns[index]
    return rowsByStep.map { $0 < column.count ? column[$0] : .nan }
  }

  /// Orders the rows by their steps, when all are there.
  mutating func finish() {
    rowsByStep = stepOfRow.indices.sorted { stepOfRow[$0] < stepOfRow[$1] }
  }

  /// Takes in values of a step.
  ///
  /// - Throws: `ImportFault` where there are more names or cells than a log of metrics has.
  mutating func add(
    step: Int, _ values: [(name: String, value: Double)], place: @autoclosure () -> String
  ) throws(ImportFault) {
    let row: Int
    if let earlier = rows[step] {
      row = earlier
      if repetition == .row, row != lastRow {
        repeated.insert(step)
        for index in columns.indices where row < columns[index].count { columns[index][row] = .nan }
      }
    } else {
      row = stepOfRow.count
      rows[step] = row
      stepOfRow.append(step)
    }
    lastRow = row
    for (name, value) in values {
      let index: Int
      if let earlier = indices[name] {
        index = earlier
      } else {
        guard names.count < Self.mostColumns else {
          throw ImportFault(
            path, place(),
            "has more than \(Self.mostColumns) names of metrics; keep the columns that you need")
        }
        index = names.count
        indices[name] = index
        names.append(name)
        columns.append([])
      }
      guard names.count * stepOfRow.count <= Self.mostCells else {
        throw ImportFault(
          path, place(),
          "\(names.count) metrics of \(stepOfRow.count) steps are more than fit; keep the columns "
            + "that you need")
      }
      while columns[index].count <= row { columns[index].append(.nan) }
      let before = columns[index][row]
      if value.isNaN { continue }
      if !before.isNaN, before != value { repeated.insert(step) }
      columns[index][row] = value
    }
  }

  /// Notes a name whose values are no numbers; the first reason is kept.
  mutating func leaveOut(_ name: String, _ reason: String) {
    // A file of nothing but names is refused by its columns; here only memory is at stake.
    guard unread.count < Self.mostColumns, known.insert(name).inserted else { return }
    unread.append(Unread(name: name, reason: reason))
  }
}
