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
    switch (place, name) {
    case (.sequence, "count"):
      // The contiguous ragged array of the CF conventions: lengths along the sample dimension.
      try dataset.setAttribute("sample_dimension", to: "token")
    case (.token, "unmeasured"), (.model, "unmeasured"):
      let reasons = UnmeasuredReason.allCases
      try dataset.setFlags(reasons.map { (Int64($0.rawValue), $0.flag) })
    case (.token, "mask"): try dataset.setFlags([(0, "prompt_or_masked"), (1, "response")])
    case (.sequence, "correct"):
      try dataset.setFlags([(0, "incorrect"), (1, "correct"), (255, "unknown")])
    default: break
    }
  }
}

extension HDF5Dataset {
  /// The CF conventions' way to name the codes of a column.
  fileprivate func setFlags(_ flags: [(value: Int64, meaning: String)]) throws(HDF5Error) {
    try setAttribute("flag_values", to: .integers(flags.map(\.value)))
    try setAttribute(
      "flag_meanings", to: .string(flags.map(\.meaning).joined(separator: " ")))
  }
}
