extension Shard {
  /// The part of the process that mpirun, srun or torchrun started.
  ///
  /// - Parameter environment: of the process.
  /// - Throws: `ScoringError.badShard` where it names no rank, or two that differ.
  package init(launchedIn environment: [String: String]) throws(ScoringError) {
    self = try Launcher.shard(in: environment)
  }

  /// The part of a task of a Slurm array, and of the process in it where each task starts several.
  ///
  /// Scoring doesn't ask for it: there a task of an array may well be a job of its own.
  ///
  /// - Parameter environment: of the process.
  /// - Throws: `ScoringError.badShard` where it names neither a task nor a rank, or no number.
  package init(scheduledIn environment: [String: String]) throws(ScoringError) {
    guard let id = environment["SLURM_ARRAY_TASK_ID"] else {
      try self.init(launchedIn: environment)
      return
    }
    func number(_ name: String) -> Int? {
      environment["SLURM_ARRAY_TASK_" + name].flatMap { Int($0) }
    }
    let step = number("STEP") ?? 1
    // An array with gaps, as 1,2,5, has no place in order of its tasks.
    guard let task = Int(id), let first = number("MIN"), let last = number("MAX"), step > 0,
      let count = number("COUNT"), (first...max(first, last)).contains(task),
      (last - first) / step + 1 == count, (task - first) % step == 0
    else {
      throw .badShard(
        "SLURM_ARRAY_TASK_ID=\(id) is no place in an array of evenly spaced tasks; give --shard i/n"
      )
    }
    let rank = try Launcher.found(in: environment)
    let ranks = rank?.count ?? 1
    guard
      let shard = Shard(
        index: (task - first) / step * ranks + (rank?.index ?? 1), count: count * ranks)
    else { throw .badShard("SLURM_ARRAY_TASK_ID=\(id) is no part; give --shard i/n") }
    self = shard
  }

  /// The path of this part's log: `output` with the part for `{shard}` and the number of parts for
  /// `{shards}`, or else before the extension: `log.shard-02-of-12.h5`.
  package func path(for output: String) -> String {
    let digits = String(count)
    let number = String(index)
    let part = String(repeating: "0", count: digits.count - number.count) + number
    if output.contains("{shard}") {
      return output.replacing("{shard}", with: part).replacing("{shards}", with: digits)
    }
    let name = output.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    // A leading dot begins a hidden file's name, no extension.
    let dot = name.dropFirst().lastIndex(of: ".") ?? name.endIndex
    return output[..<dot] + ".shard-\(part)-of-\(digits)" + output[dot...]
  }
}

/// Programs that start one process for each rank and tell it which it is, from 0.
private enum Launcher: String, CaseIterable {
  // Whoever starts processes inside of a Slurm job is asked before Slurm, whose variables are those
  // of the whole job then.
  case openMPI = "Open MPI"
  case pmi = "PMI"
  case torchrun
  case slurm = "Slurm"

  /// Names of the variables with the rank and the number of ranks.
  private var names: (rank: String, size: String) {
    switch self {
    case .openMPI: ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")
    case .pmi: ("PMI_RANK", "PMI_SIZE")
    case .torchrun: ("RANK", "WORLD_SIZE")
    case .slurm: ("SLURM_PROCID", "SLURM_NTASKS")
    }
  }

  private func shard(in environment: [String: String]) throws(ScoringError) -> Shard? {
    guard let rank = environment[names.rank], let size = environment[names.size] else { return nil }
    guard let index = Int(rank), let count = Int(size), index < Int.max,
      let shard = Shard(index: index + 1, count: count)
    else {
      throw .badShard(
        "\(names.rank)=\(rank) and \(names.size)=\(size) are no rank; give --shard i/n"
      )
    }
    return shard
  }

  static func shard(in environment: [String: String]) throws(ScoringError) -> Shard {
    guard let shard = try found(in: environment) else {
      throw .badShard(
        "no rank in the environment; start with mpirun, srun or torchrun, or give "
          + "--shard i/n")
    }
    return shard
  }

  /// The same, and nil where none of them started the process.
  static func found(in environment: [String: String]) throws(ScoringError) -> Shard? {
    var found: [(Self, Shard)] = []
    for launcher in allCases {
      if let shard = try launcher.shard(in: environment) { found.append((launcher, shard)) }
    }
    guard let first = found.first else { return nil }
    if let other = found.first(where: { $0.0 != .slurm && $0.1 != first.1 }) {
      throw .badShard(
        "\(first.0.rawValue) says \(first.1.index)/\(first.1.count) and "
          + "\(other.0.rawValue) \(other.1.index)/\(other.1.count); give --shard i/n")
    }
    return first.1
  }
}
