internal import HDF5

/// A training log in HDF5: a column for each metric, a row for each step.
///
/// `/train/step` and `/train/<metric>`, each with `definition`, `unit`, and the names that TRL and
/// verl have for it; the root says `schema = "tokenshift.training-log"`. Since schema 1.1 some of
/// the run's rollouts follow in `/seq` and `/tok`, laid out as in a token log: see
/// `TokenLogColumn.rolloutColumns`. An imported log may have metrics that the dictionary lacks: columns
/// `other/NAME`, which lie in `/other` with what is no letter, digit or one of `_-.` escaped as in a URL.
package struct TrainingLog: Sendable, Equatable {
  /// One metric over all steps.
  package struct Column: Sendable, Equatable {
    /// The dataset's name.
    package var name: String
    /// One sentence.
    package var definition: String
    /// The unit; 1 for counts and shares.
    package var unit: String
    /// TRL's name; empty if it has none.
    package var trl: String
    /// verl's name; empty if it has none.
    package var verl: String
    /// One for each step; NaN is *not measured*.
    package var values: [Double]

    /// All parts given.
    package init(
      name: String, definition: String, unit: String, trl: String = "", verl: String = "",
      values: [Double]
    ) {
      (self.name, self.definition, self.unit) = (name, definition, unit)
      (self.trl, self.verl, self.values) = (trl, verl, values)
    }

    /// A metric as the dictionary describes it.
    package init(_ metric: TrainingMetric, values: [Double]) {
      let entry = metric.entry
      self.init(
        name: metric.rawValue, definition: entry.definition, unit: entry.unit,
        trl: entry.trl?.description ?? "", verl: entry.verl?.description ?? "", values: values)
    }
  }

  /// Numbers of the steps, from 1.
  package var steps: [Int]
  /// The metrics.
  package var columns: [Column]
  /// Some of the run's rollouts, by step.
  package var rollouts: [RolloutRecord]
  /// About the run, for the root; those of other names than `attributeNames` and
  /// `importAttributeNames` are not read back.
  package var attributes: [String: String]

  /// What `train` tells of a run: `configuration` is its whole YAML.
  package static let attributeNames = ["objective", "model", "seed", "parameters", "configuration"]

  /// What `import` tells of another program's log: its format, the file with its SHA-256, which column
  /// is whose (a JSON object), how many steps occurred more than once, and where known the sampling
  /// temperature, what a row's values are over and the steps from row to row.
  package static let importAttributeNames = [
    "imported_from", "source_file", "source_digest", "imported_columns", "repeated_steps",
    "sampling_temperature", "aggregation", "logging_steps",
  ]

  /// What names of columns begin with that the dictionary doesn't have.
  package static let otherPrefix = "other/"

  /// A log; all columns are as long as `steps`.
  package init(
    steps: [Int], columns: [Column], rollouts: [RolloutRecord] = [],
    attributes: [String: String] = [:]
  ) {
    for column in columns {
      precondition(
        column.values.count == steps.count,
        "\(column.name) has \(column.values.count) values, \(steps.count) steps")
    }
    (self.steps, self.columns, self.attributes) = (steps, columns, attributes)
    self.rollouts = rollouts
  }

  /// The schema's name.
  package static let schema = "tokenshift.training-log"
  /// Writes the file under a temporary name beside the final one and renames it.
  ///
  /// - Throws: `RunLogError` with the system's reason.
  package func write(to path: String) throws(RunLogError) {
    try Draft(of: path).publishLog { (file) throws(RunLogError) in
      try translating { () throws(HDF5Error) in try write(to: file.root) }
    }
  }

  /// Reads a file back.
  ///
  /// - Parameter path: a training log.
  /// - Throws: `RunLogError`: `.notALog` if it is none, `.newerSchema`, `.damaged`, `.missingFile`.
  package init(path: String) throws(RunLogError) {
    let root = try translating { () throws(HDF5Error) in try HDF5File.open(path).root }
    let (schema, version) = try translating { () throws(HDF5Error) in
      (try root.attribute("schema"), try root.attribute("schema_version"))
    }
    guard schema == .string(Self.schema), case .string(let version)? = version else {
      throw RunLogError(.notALog, path, "not a training log: make one with 'tokenshift train'")
    }
    try LogSchema.check(version, path, orElse: "train again")
    // Before anything is read: a length that isn't the others' may be of any size.
    let shapes = try translating { () throws(HDF5Error) in
      try Self.datasets(in: root).map { (found) throws(HDF5Error) in try found.dataset.shape() }
    }
    guard Set(shapes).count <= 1, shapes.allSatisfy({ $0.count == 1 }) else {
      throw RunLogError(.damaged, path, "/train: columns of unequal length")
    }
    self = try translating { () throws(HDF5Error) in try Self(reading: root) }
    rollouts = try RolloutRecord.read(from: root)
  }

  private init(reading root: HDF5Group) throws(HDF5Error) {
    steps = try root.dataset("train/step").read(as: Int64.self).map(Int.init)
    columns = []
    attributes = [:]
    for name in Self.attributeNames + Self.importAttributeNames {
      if case .string(let text)? = try root.attribute(name) { attributes[name] = text }
    }
    rollouts = []
    for (name, dataset) in try Self.datasets(in: root) where name != "step" {
      func text(_ name: String) throws(HDF5Error) -> String {
        if case .string(let text)? = try dataset.attribute(name) { text } else { "" }
      }
      columns.append(
        Column(
          name: name, definition: try text("definition"), unit: try text("unit"),
          trl: try text("trl"), verl: try text("verl"),
          values: try dataset.read(as: Double.self)))
    }
  }

  /// The columns' names, `step` among them, with what they lie in.
  private static func datasets(
    in root: HDF5Group
  ) throws(HDF5Error) -> [(name: String, dataset: HDF5Dataset)] {
    let group = try root.group("train")
    var found: [(name: String, dataset: HDF5Dataset)] = []
    for child in try group.children() { found.append((child.name, try group.dataset(child.name))) }
    guard try root.exists("other") else { return found }
    let others = try root.group("other")
    for child in try others.children() {
      found.append((ColumnPath.name(ofOther: child.name), try others.dataset(child.name)))
    }
    return found
  }

  private func write(to root: HDF5Group) throws(HDF5Error) {
    try root.setAttribute("schema", to: .string(Self.schema))
    try root.setAttribute("schema_version", to: .string(LogSchema.version))
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      try root.setAttribute(name, to: .string(value))
    }
    let layout = HDF5Dataset.Layout(chunkRows: max(min(steps.count, 65_536), 1))
    let stepColumn = try root.createDataset("train/step", of: Int64.self, layout: layout)
    try stepColumn.append(steps.map(Int64.init))
    for column in columns {
      let dataset = try root.createDataset(
        ColumnPath.path(of: column.name), of: Double.self, layout: layout)
      try dataset.append(column.values)
      try dataset.setAttribute("definition", to: .string(column.definition))
      try dataset.setAttribute("unit", to: .string(column.unit))
      try dataset.setAttribute("trl", to: .string(column.trl))
      try dataset.setAttribute("verl", to: .string(column.verl))
    }
    try RolloutRecord.write(rollouts, to: root)
  }
}

extension TrainingLog {
  /// A metric at every step; nil if the log lacks it.
  package subscript(metric: TrainingMetric) -> [Double]? {
    columns.first { $0.name == metric.rawValue }?.values
  }
}
