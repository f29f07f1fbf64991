/// The keys of an object that is being read, to find one that comes twice.
struct KeySet {
  /// Fewer keys are compared one by one.
  private static let smallCount = 8

  /// An open hash table: numbers of members from 1, 0 where there is none; its size is a power of 2.
  private var slots: [UInt32] = []
  /// For each member the hash of its key.
  private var hashes: [Int] = []

  /// Takes the key of the next member; false if one of those before it has the same bytes.
  mutating func insert(_ key: String, after members: [JSONMember]) -> Bool {
    if members.count < Self.smallCount {
      // Strings that differ as Swift sees them have other bytes, and few are equal.
      return !members.contains { $0.key == key && $0.hasKey(key) }
    }
    if slots.count <= 2 * members.count { grow(members) }
    let hash = Self.hash(key)
    var slot = hash & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if hashes[index] == hash && members[index].hasKey(key) { return false }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = UInt32(members.count + 1)
    hashes.append(hash)
    return true
  }

  private mutating func grow(_ members: [JSONMember]) {
    for member in members[hashes.count...] { hashes.append(Self.hash(member.key)) }
    slots = [UInt32](repeating: 0, count: max(4 * slots.count, 8 * Self.smallCount))
    for (index, hash) in hashes.enumerated() {
      var slot = hash & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }

  /// Of the bytes: a string's own hash is of its normal form, which takes longer to find.
  private static func hash(_ key: String) -> Int {
    var hasher = Hasher()
    let bytes = key.utf8.span
    var word: UInt64 = 0
    for index in bytes.indices {
      word = word << 8 | UInt64(bytes[index])
      if index & 7 == 7 { hasher.combine(word) }
    }
    hasher.combine(word)
    hasher.combine(bytes.count)
    return hasher.finalize()
  }
}
