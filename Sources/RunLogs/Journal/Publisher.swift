internal import Foundation
internal import HDF5

/// Turns the blocks of a journal into an HDF5 file, column by column.
struct Publisher {
  let journal: JournalHandle
  let header: TokenLogHeader
  let entries: [JournalEntry]

  /// Bytes that are in memory at once, beside the library's own chunk cache of one column.
  private static let pieceBytes = 1 << 20

  /// Writes all columns; the caller closes the file and gives it its final name.
  func write(to file: HDF5File) throws(RunLogError) {
    try translating { () throws(HDF5Error) in try header.write(to: file.root) }
    // A field begins where the one before it ends, in each block.
    var starts = entries.map(\.offset)
    for field in JournalField.all(for: header) {
      for output in field.outputs { try write(output, of: field, starts, to: file.root) }
      for (index, entry) in entries.enumerated() {
        starts[index] += UInt64(field.byteCount(in: entry.shape))
      }
    }
  }

  private func write(
    _ output: JournalField.Output, of field: JournalField, _ starts: [UInt64], to root: HDF5Group
  ) throws(RunLogError) {
    let dataset: HDF5Dataset
    switch output {
    case .values(let path, let column):
      dataset = try create(path, column, field, in: root)
      try forEachPiece(of: field, starts) { (bytes) throws(RunLogError) in
        try translating { () throws(HDF5Error) in
          try dataset.append(littleEndianBytes: bytes, of: field.type)
        }
      }
    case .runningSums(let path, let column):
      dataset = try create(path, column, field, in: root)
      var sum: Int64 = 0
      try append([sum], to: dataset)
      try forEachPiece(of: field, starts) { (bytes) throws(RunLogError) in
        var sums = LittleEndianBytes.decode(bytes, as: Int64.self)
        for index in sums.indices {
          sum += sums[index]
          sums[index] = sum
        }
        try append(sums, to: dataset)
      }
    }
    try translating { () throws(HDF5Error) in try dataset.release() }
  }

  private func append(_ values: [Int64], to dataset: HDF5Dataset) throws(RunLogError) {
    try translating { () throws(HDF5Error) in try dataset.append(values) }
  }

  private func create(
    _ path: String, _ column: TokenLogColumn?, _ field: JournalField, in root: HDF5Group
  ) throws(RunLogError) -> HDF5Dataset {
    let bytes = entries.reduce(0) { $0 + field.byteCount(in: $1.shape) }
    let rows = bytes / field.rowBytes
    return try field.createDataset(path, column, rows: rows, in: root)
  }

  /// Reads the field of all blocks in whole elements and rows.
  private func forEachPiece(
    of field: JournalField, _ starts: [UInt64], _ body: ([UInt8]) throws(RunLogError) -> Void
  ) throws(RunLogError) {
    let row = field.rowBytes
    let pieceBytes = max(Self.pieceBytes / row, 1) * row
    for (start, entry) in zip(starts, entries) {
      let total = field.byteCount(in: entry.shape)
      for position in stride(from: 0, to: total, by: pieceBytes) {
        let count = min(pieceBytes, total - position)
        let bytes = try journal.read(count, at: start + UInt64(position))
        guard bytes.count == count else {
          throw RunLogError(.damaged, journal.path, "the journal was cut while it was read")
        }
        try body(bytes)
      }
    }
  }
}

extension JournalField {
  /// Bytes of one row.
  var rowBytes: Int { type.byteCount * (columns ?? 1) }

  /// Columns of a table; nil for a list.
  var columns: Int? {
    if case .tokens(let columns) = extent { columns } else { nil }
  }

  /// Creates the dataset of an output that will have about so many rows.
  func createDataset(
    _ path: String, _ column: TokenLogColumn?, rows: Int, in root: HDF5Group
  ) throws(RunLogError) -> HDF5Dataset {
    // A short column's chunk is as long as the column: the library packs whole chunks.
    let chunkRows = min(max(rows + 1, 1), max(65_536 / (columns ?? 1), 1))
    return try translating { () throws(HDF5Error) in
      let dataset = try root.createDataset(
        path, of: type, layout: .init(columns: columns, chunkRows: chunkRows))
      try column?.describe(dataset)
      return dataset
    }
  }
}
