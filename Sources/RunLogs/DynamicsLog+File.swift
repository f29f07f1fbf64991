internal import HDF5

/// `/checkpoint/{run,condition,objective,path,weights}` are lists of strings, `/checkpoint/step`
/// numbers; `/reference/NAME/{prompt_id,bytes,nats}`, where `nats` is `[checkpoints × texts]`.
extension DynamicsLog {
  /// Writes the file under a temporary name beside the final one and renames it.
  ///
  /// - Throws: `RunLogError` with the system's reason.
  package func write(to path: String) throws(RunLogError) {
    try Draft(of: path).publishLog { (file) throws(RunLogError) in
      try translating { () throws(HDF5Error) in try write(into: file.root) }
    }
  }

  private func write(into root: HDF5Group) throws(HDF5Error) {
    try root.setAttribute("schema", to: .string(Self.schema))
    try root.setAttribute("schema_version", to: .string(LogSchema.version))
    try root.setAttribute("references", to: .strings(references.map(\.name)))
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      try root.setAttribute(name, to: .string(value))
    }
    let group = try root.createGroup("checkpoint")
    for (name, part) in Self.texts {
      try HDF5ByteLists.create(name, in: group).append(checkpoints.map { $0[keyPath: part] })
    }
    let steps = try group.createDataset("step", of: Int64.self)
    try steps.append(checkpoints.map { Int64($0.step) })
    try steps.setAttribute("definition", to: "Training steps that made the checkpoint")
    for reference in references { try write(reference, into: root) }
  }

  private static let texts: [(String, any WritableKeyPath<CheckpointRecord, String> & Sendable)] = [
    ("run", \.run), ("condition", \.condition), ("objective", \.objective), ("path", \.path),
    ("weights", \.weightsDigest),
  ]

  private func write(_ reference: Reference, into root: HDF5Group) throws(HDF5Error) {
    let group = try root.createGroup("reference/" + reference.name)
    try group.setAttribute("file", to: .string(reference.fileName))
    try group.setAttribute("digest", to: .string(reference.digest))
    try group.setAttribute("not_measured", to: .integer(Int64(reference.notMeasuredCount)))
    try HDF5ByteLists.create("prompt_id", in: group).append(reference.prompts)
    let bytes = try group.createDataset("bytes", of: Int64.self)
    try bytes.append(reference.bytes.map(Int64.init))
    try bytes.setAttribute("definition", to: "Bytes of UTF-8 of each response")
    let nats = try group.createDataset(
      "nats", of: Double.self, layout: .init(columns: max(reference.bytes.count, 1)))
    try nats.append(reference.nats.flatMap(\.self))
    try nats.setAttribute(
      "definition", to: "Minus the sum of the log-probabilities of each response's tokens")
    try nats.setAttribute("unit", to: "nats")
  }

  /// Reads a file back.
  ///
  /// - Throws: `RunLogError`: `.notALog`, `.newerSchema`, `.damaged`, `.missingFile`.
  package init(path: String) throws(RunLogError) {
    let root = try translating { () throws(HDF5Error) in try HDF5File.open(path).root }
    let (schema, version, names) = try translating { () throws(HDF5Error) in
      (
        try root.attribute("schema"), try root.attribute("schema_version"),
        try root.attribute("references")
      )
    }
    guard schema == .string(Self.schema), case .string(let version)? = version else {
      throw RunLogError(
        .notALog, path, "not a log of learning dynamics: make one with 'tokenshift dynamics'")
    }
    try LogSchema.check(version, path, orElse: "measure again")
    guard case .strings(let names)? = names else {
      throw RunLogError(.damaged, path, "the attribute 'references' is missing")
    }
    var attributes: [String: String] = [:]
    guard try translating({ () throws(HDF5Error) in try Self.haveOneLength(names, in: root) })
    else { throw RunLogError(.damaged, path, "columns of unequal length") }
    let (checkpoints, columns) = try translating { () throws(HDF5Error) in
      for name in Self.attributeNames {
        if case .string(let text)? = try root.attribute(name) { attributes[name] = text }
      }
      return (try Self.checkpoints(in: root), try Self.columns(names, in: root))
    }
    guard let checkpoints,
      columns.allSatisfy({ $0.isWhole(checkpointCount: checkpoints.count) })
    else { throw RunLogError(.damaged, path, "columns of unequal length") }
    for column in columns { try column.checkRanges(path) }
    guard checkpoints.allSatisfy({ 0...1 << 53 ~= $0.step }) else {
      throw RunLogError(
        .damaged, path, "/checkpoint/step: a step below 0 or beyond 2^53: measure again")
    }
    self.init(
      checkpoints: checkpoints, references: columns.map(\.reference), attributes: attributes)
  }

  /// Whether all datasets have as many rows as there are checkpoints and texts: asked before anything
  /// is read, since a length that isn't the others' may be of any size.
  private static func haveOneLength(
    _ names: [String], in root: HDF5Group
  ) throws(HDF5Error) -> Bool {
    let rows = try root.dataset("checkpoint/step").shape()
    guard rows.count == 1 else { return false }
    for (name, _) in texts
    where try root.dataset("checkpoint/\(name)/offsets").shape() != [rows[0] + 1] { return false }
    for name in names {
      let group = try root.group("reference/" + name)
      let bytes = try group.dataset("bytes").shape()
      guard bytes.count == 1, try group.dataset("nats").shape() == [rows[0], max(bytes[0], 1)],
        try group.dataset("prompt_id/offsets").shape() == [bytes[0] + 1]
      else { return false }
    }
    return true
  }

  /// Nil if the columns differ in length.
  private static func checkpoints(in root: HDF5Group) throws(HDF5Error) -> [CheckpointRecord]? {
    let group = try root.group("checkpoint")
    let steps = try group.dataset("step").read(as: Int64.self)
    var checkpoints = steps.map {
      CheckpointRecord(run: "", condition: "", step: Int(clamping: $0), path: "")
    }
    for (name, part) in texts {
      let column = try HDF5ByteLists(name, in: group).readStrings()
      guard column.count == checkpoints.count else { return nil }
      for index in checkpoints.indices { checkpoints[index][keyPath: part] = column[index] }
    }
    return checkpoints
  }

  /// A reference as read, not yet known to be whole.
  private struct Columns {
    let name: String
    let file: String
    let digest: String
    let notMeasured: Int
    let prompts: [String]
    let bytes: [Int]
    let nats: [Double]

    func isWhole(checkpointCount: Int) -> Bool {
      prompts.count == bytes.count && nats.count / max(bytes.count, 1) == checkpointCount
        && !bytes.isEmpty && bytes.allSatisfy { $0 > 0 }
    }

    /// Bytes whose sum can be calculated with, and costs whose squares can.
    func checkRanges(_ path: String) throws(RunLogError) {
      // −Σ ln p with ln p ≤ 1e-4 of each token, of which a text has at most some for each byte.
      let most = Double(bytes.reduce(0) { max($0, $1) })
      if let row = bytes.firstIndex(where: { $0 > 1 << 40 }) {
        throw outside("bytes", row, "\(bytes[row])", "at most 2^40", path)
      }
      if let row = nats.firstIndex(where: { !(-1e-3 * (most + 100)...1e100 ~= $0) }) {
        throw outside("nats", row, "\(nats[row])", "finite and not negative", path)
      }
      if notMeasured < 0 {
        throw RunLogError(
          .damaged, path, "/reference/\(name)@not_measured is \(notMeasured): measure again")
      }
    }

    private func outside(
      _ dataset: String, _ row: Int, _ value: String, _ wanted: String, _ path: String
    ) -> RunLogError {
      RunLogError(
        .damaged, path,
        "/reference/\(name)/\(dataset)[\(row)] is \(value), values are \(wanted): measure again")
    }

    var reference: Reference {
      let width = bytes.count
      return Reference(
        name: name, fileName: file, digest: digest, notMeasuredCount: notMeasured,
        prompts: prompts, bytes: bytes,
        nats: stride(from: 0, to: nats.count, by: width).map { Array(nats[$0..<($0 + width)]) })
    }
  }

  private static func columns(
    _ names: [String], in root: HDF5Group
  ) throws(HDF5Error) -> [Columns] {
    var columns: [Columns] = []
    for name in names {
      let group = try root.group("reference/" + name)
      func text(_ name: String) throws(HDF5Error) -> String {
        if case .string(let text)? = try group.attribute(name) { text } else { "" }
      }
      var notMeasured = 0
      if case .integer(let count)? = try group.attribute("not_measured") {
        notMeasured = Int(clamping: count)
      }
      columns.append(
        Columns(
          name: name, file: try text("file"), digest: try text("digest"),
          notMeasured: notMeasured,
          prompts: try HDF5ByteLists("prompt_id", in: group).readStrings(),
          bytes: try group.dataset("bytes").read(as: Int64.self).map { Int(clamping: $0) },
          nats: try group.dataset("nats").read(as: Double.self)))
    }
    return columns
  }
}
