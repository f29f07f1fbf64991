import ArgumentParser
import Foundation
import Scoring

/// `i/n` or `auto`.
enum ShardArgument {
  case part(Shard)
  case auto

  init(parsing argument: String) throws {
    if argument == "auto" {
      self = .auto
      return
    }
    let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1],
      let shard = Shard(index: index, count: count)
    else {
      throw ValidationError("write part and parts, --shard 1/4 to --shard 4/4, or --shard auto")
    }
    self = .part(shard)
  }

  /// The part itself; `auto` asks the environment.
  func resolved(in environment: [String: String]) throws -> Shard {
    switch self {
    case .part(let shard): shard
    case .auto: try Launcher.shard(in: environment)
    }
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

  private func shard(in environment: [String: String]) throws -> Shard? {
    guard let rank = environment[names.rank], let size = environment[names.size] else { return nil }
    guard let index = Int(rank), let count = Int(size), index < Int.max,
      let shard = Shard(index: index + 1, count: count)
    else {
      throw ValidationError(
        "--shard auto: \(names.rank)=\(rank) and \(names.size)=\(size) are no rank; give --shard i/n"
      )
    }
    return shard
  }

  static func shard(in environment: [String: String]) throws -> Shard {
    let found = try allCases.compactMap { launcher in
      try launcher.shard(in: environment).map { (launcher, $0) }
    }
    guard let first = found.first else {
      throw ValidationError(
        "--shard auto: no rank in the environment; start with mpirun, srun or torchrun, or give "
          + "--shard i/n")
    }
    if let other = found.first(where: { $0.0 != .slurm && $0.1 != first.1 }) {
      throw ValidationError(
        "--shard auto: \(first.0.rawValue) says \(first.1.index)/\(first.1.count) and "
          + "\(other.0.rawValue) \(other.1.index)/\(other.1.count); give --shard i/n")
    }
    return first.1
  }
}

extension Shard {
  /// The path of this part's log: `output` with the part for `{shard}` and the number of parts for
  /// `{shards}`, or else before the extension: `log.shard-02-of-12.h5`.
  func path(for output: String) -> String {
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
