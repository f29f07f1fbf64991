internal import HDF5

extension TokenLogColumn {
  /// Writes unit, names and definition onto the column's dataset, as CF readers expect them.
  func describe(_ dataset: HDF5Dataset) throws(HDF5Error) {
    try dataset.setAttribute("units", to: .string(unit))
    try dataset.setAttribute("long_name", to: .string(longName))
    try dataset.setAttribute("definition", to: .string(definition))
    switch elementType {
    case .float32: try dataset.setAttribute("_FillValue", to: .float(.nan))
    case .float64: try dataset.setAttribute("_FillValue", to: .double(.nan))
    case .uint8, .uint32, .int32, .int64: break
    }
    if let sampleDimension {
      try dataset.setAttribute("sample_dimension", to: .string(sampleDimension))
    }
    guard !flags.isEmpty else { return }
    try dataset.setAttribute("flag_values", to: .integers(flags.map { Int64($0.value) }))
    try dataset.setAttribute(
      "flag_meanings", to: .string(flags.map(\.meaning).joined(separator: " ")))
  }
}
