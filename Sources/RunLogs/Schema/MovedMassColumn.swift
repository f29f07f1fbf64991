internal import HDF5

/// The columns of a pair's moved mass: a contiguous ragged array of the texts; raw values are names in
/// the file.
package enum MovedMassColumn: String, CaseIterable, Sendable {
  case offsets = "moved/offsets"
  case token = "moved/id"
  case gained = "moved/gained"
  case lost = "moved/lost"
  case positions = "moved/positions"
  case dropped = "moved/dropped"

  /// What the file says about it.
  package var description: TokenLogColumn {
    switch self {
    case .offsets:
      TokenLogColumn(
        .pair, rawValue, .int64, "1", "moved mass, offsets of the texts",
        "text i is the entries offsets[i] up to, not including, offsets[i+1]", in: .counts)
    case .token:
      TokenLogColumn(
        .pair, rawValue, .uint32, "1", "moved mass, token id",
        "id of the entry's token v, ascending within a text")
    case .gained:
      TokenLogColumn(
        .pair, rawValue, .float32, "1", "moved mass, gained",
        "mean of max(q_v - p_v, 0) over the text's positions, p before, q after",
        in: .movedMass)
    case .lost:
      TokenLogColumn(
        .pair, rawValue, .float32, "1", "moved mass, lost",
        "mean of max(p_v - q_v, 0) over the text's positions, p before, q after",
        in: .movedMass)
    case .positions:
      TokenLogColumn(
        .pair, rawValue, .int64, "1", "moved mass, positions",
        "number of the text's response tokens (mask 1) that are measured under both models",
        in: .counts)
    case .dropped:
      TokenLogColumn(
        .pair, rawValue, .float32, "1", "moved mass, bound on what is not listed",
        "upper bound of the sum of gained + lost over the tokens of the text that have no entry: those "
          + "below moved_mass_threshold, and in a text with very many entries the smallest ones",
        in: .droppedMass)
    }
  }
}
