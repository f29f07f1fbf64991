internal import Foundation
internal import HDF5

/// Writes the columns of several shards as those of one log, column by column.
struct MergeWriter {
  let parts: [ShardLog]
  let header: TokenLogHeader
  let form: TokenLogMerge.Form
  /// The final path, beside which virtual datasets look for the shards.
  let destination: String

  /// Elements that are in memory at once, beside the library's own chunk caches.
  private static let pieceElements = 1 << 18

  /// Writes all columns; the caller closes the file and gives it its final name.
  ///
  /// - Parameters:
  ///   - file: the new file.
  ///   - progress: gets how many columns are written, of how many; what it throws ends the work.
  /// - Throws: `RunLogError`, or what `progress` throws.
  func write(to file: HDF5File, progress: (Int, Int) throws -> Void) throws {
    try translating { () throws(HDF5Error) in
      try header.write(to: file.root)
      try file.root.setAttribute(
        "merged_command_lines", to: .strings(parts.prefix(1_000).map(\.commandLine)))
      if form == .virtual {
        try VirtualSources(parts: parts, destination: destination).write(to: file.root)
      }
    }
    let outputs = JournalField.all(for: header).flatMap { field in
      field.outputs.map { (field, $0) }
    }
    for (index, (field, output)) in outputs.enumerated() {
      try progress(index, outputs.count)
      try write(output, of: field, to: file.root)
    }
    try progress(outputs.count, outputs.count)
  }

  private func write(
    _ output: JournalField.Output, of field: JournalField, to root: HDF5Group
  ) throws(RunLogError) {
    let dataset: HDF5Dataset
    switch output {
    case .values(let path, let column):
      let rows = try parts.map { (part) throws(RunLogError) in
        try self.rows(of: path, field, in: part)
      }
      if form == .virtual, rows.contains(where: { $0 > 0 }) {
        dataset = try link(path, column, field, rows, in: root)
      } else {
        dataset = try field.createDataset(path, column, rows: rows.reduce(0, +), in: root)
        for (part, rows) in zip(parts, rows) {
          try copy(path, field, 0..<rows, from: part, to: dataset)
        }
      }
    case .runningSums(let path, let column):
      let rows = parts.reduce(0) { $0 + $1.sequenceCount }
      dataset = try field.createDataset(path, column, rows: rows, in: root)
      try appendSums(path, to: dataset)
    }
    try translating { () throws(HDF5Error) in try dataset.release() }
  }

  /// Rows of a shard's column, which have to be as many as the shard has tokens or texts.
  private func rows(
    of path: String, _ field: JournalField, in part: ShardLog
  ) throws(RunLogError) -> Int {
    let shape = try translating { () throws(HDF5Error) in
      try part.file.root.dataset(path).shape()
    }
    let expected: Int? =
      switch field.extent {
      case .tokens: part.tokenCount
      case .sequences: part.sequenceCount
      case .text, .moved: nil
      }
    let rows = expected ?? shape[0]
    guard shape == [rows] + (field.columns.map { [$0] } ?? []) else {
      throw RunLogError(
        .damaged, part.path, "\(path) has the shape \(shape), \(rows) rows were expected")
    }
    return rows
  }

  private func copy(
    _ path: String, _ field: JournalField, _ rows: Range<Int>, from part: ShardLog,
    to dataset: HDF5Dataset
  ) throws(RunLogError) {
    let step = max(Self.pieceElements / (field.columns ?? 1), 1)
    try translating { () throws(HDF5Error) in
      let source = try part.file.root.dataset(path)
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
        let bytes = try source.readLittleEndianBytes(
          of: field.type, rows: start..<min(start + step, rows.upperBound))
        try dataset.append(littleEndianBytes: bytes, of: field.type)
      }
      try source.release()
    }
  }

  private func link(
    _ path: String, _ column: TokenLogColumn?, _ field: JournalField, _ rows: [Int],
    in root: HDF5Group
  ) throws(RunLogError) -> HDF5Dataset {
    let sources = zip(VirtualSources.names(parts, destination), rows).map { name, rows in
      HDF5VirtualPart(file: name, dataset: path, rows: rows)
    }
    return try translating { () throws(HDF5Error) in
      let dataset = try root.createVirtualDataset(
        path, of: field.type, columns: field.columns, parts: sources)
      try column?.describe(dataset)
      return dataset
    }
  }

  /// Offsets go on where those of the shard before end.
  private func appendSums(_ path: String, to dataset: HDF5Dataset) throws(RunLogError) {
    var base: Int64 = 0
    try translating { () throws(HDF5Error) in try dataset.append([base]) }
    for part in parts {
      let count = part.sequenceCount
      let last = try translating { () throws(HDF5Error) -> Int64? in
        let source = try part.file.root.dataset(path)
        guard try source.shape() == [count + 1] else { return nil }
        var last: Int64 = 0
        for start in stride(from: 1, to: count + 1, by: Self.pieceElements) {
          let rows = start..<min(start + Self.pieceElements, count + 1)
          let sums = try source.read(as: Int64.self, rows: rows)
          last = sums.last ?? last
          try dataset.append(sums.map { $0 &+ base })
        }
        try source.release()
        return last
      }
      guard let last else {
        throw RunLogError(.damaged, part.path, "\(path) doesn't match the \(count) texts")
      }
      base += last
    }
  }
}
