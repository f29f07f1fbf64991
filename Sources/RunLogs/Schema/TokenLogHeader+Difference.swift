extension TokenLogHeader {
  /// What keeps the columns of two logs from being one run's, in words for a message; nil if nothing.
  ///
  /// When and by which command line a log was made doesn't matter, nor what files and folders were
  /// called: their digests tell.
  ///
  /// - Parameters:
  ///   - other: the header that the words are about, say "other texts (…)".
  ///   - ignoringShards: whether both may be different parts of the texts.
  /// - Returns: words that go on from "was begun with" or "is of another run: "; nil if nothing.
  package func difference(from other: TokenLogHeader, ignoringShards: Bool = false) -> String? {
    if (producer, producerVersion) != (other.producer, other.producerVersion) {
      return "another version (\(other.producer) \(other.producerVersion))"
    }
    if texts.digest != other.texts.digest {
      return "other texts (\(other.texts.fileName), SHA-256 \(other.texts.digest.prefix(12))…)"
    }
    let names = other.models.map(\.name)
    if models.map(\.name) != names { return "other models (\(names.joined(separator: ", ")))" }
    for (mine, theirs) in zip(models, other.models) {
      let files = Set(mine.fileDigests.keys).union(theirs.fileDigests.keys).sorted()
      if let file = files.first(where: { mine.fileDigests[$0] != theirs.fileDigests[$0] }) {
        return "another \(file) of model '\(theirs.name)'"
      }
    }
    if pairs != other.pairs {
      return "other pairs (\(other.pairs.map(\.description).joined(separator: ",")))"
    }
    if topK != other.topK { return "--top-k \(other.topK)" }
    if settings != other.settings { return "other settings (\(other.settings))" }
    if !ignoringShards, shard != other.shard {
      return other.shard.map { "shard \($0.index)/\($0.count)" } ?? "all texts, without --shard"
    }
    return comparable(ignoringShards) == other.comparable(ignoringShards)
      ? nil : "another header (tokenizer, or type of computation)"
  }

  /// Without what may differ.
  private func comparable(_ ignoringShards: Bool) -> TokenLogHeader {
    var header = self
    (header.created, header.commandLine, header.texts.fileName) = ("", "", "")
    for index in header.models.indices { header.models[index].folder = "" }
    if ignoringShards { header.shard = nil }
    return header
  }
}
