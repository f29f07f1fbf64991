import ArgumentParser
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
  ///
  /// - Parameters:
  ///   - environment: of the process.
  ///   - usesArrays: whether a task of a Slurm array is a part, too.
  /// - Returns: the part.
  /// - Throws: `ScoringError.badShard` where the environment names none.
  func resolved(in environment: [String: String], usesArrays: Bool = false) throws -> Shard {
    switch self {
    case .part(let shard): shard
    case .auto:
      usesArrays
        ? try Shard(scheduledIn: environment) : try Shard(launchedIn: environment)
    }
  }
}
