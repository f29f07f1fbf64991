internal import CHDF5

/// Anything in a file that has a path and carries attributes.
package protocol HDF5Object: Sendable {
  /// The file it lives in.
  var file: HDF5File { get }
  /// Its path from the root, with a leading slash.
  var path: String { get }
}

/// A group: a folder inside an HDF5 file.
package struct HDF5Group: HDF5Object {
  /// The file it lives in.
  package let file: HDF5File
  /// Its path from the root, with a leading slash.
  package let path: String

  /// A member of a group.
  package struct Child: Equatable, Sendable {
    /// What a member can be.
    package enum Kind: Equatable, Sendable {
      case group, dataset, other
    }
    /// Its name inside the group.
    package let name: String
    /// What it is.
    package let kind: Kind
  }

  /// The path of a member, named relative to this group.
  func absolute(_ name: String) -> String {
    if name.hasPrefix("/") { return name }
    return path == "/" ? "/" + name : path + "/" + name
  }

  /// Whether there is an object of that name, which may have several parts ("model/base").
  ///
  /// - Throws: `HDF5Error`, `.damaged` where a group on the way can't be read: that nothing is found
  ///   there doesn't mean that nothing was.
  package func exists(_ name: String) throws(HDF5Error) -> Bool {
    let target = absolute(name)
    return try file.withOpen(target) { (open) throws(HDF5Error) -> Bool in
      guard let isThere = Self.presence(of: target, in: open.id) else {
        throw file.failure(target, while: .reading)
      }
      return isThere
    }
  }

  /// Whether there is an object of that path; not if a group on the way can't be read.
  static func exists(_ path: String, in file: hid_t) -> Bool {
    presence(of: path, in: file) ?? false
  }

  /// Nil if the library fails to tell.
  ///
  /// Each part is asked for alone: it takes a missing parent for an error.
  private static func presence(of path: String, in file: hid_t) -> Bool? {
    var prefix = ""
    for part in path.split(separator: "/") {
      prefix += "/" + part
      let found = unsafe H5Lexists(file, prefix, chdf5_default())
      if found <= 0 { return found == 0 ? false : nil }
    }
    return true
  }

  /// Creates a group, with its parents where they are missing; one that is there is returned.
  @discardableResult
  package func createGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    let target = absolute(name)
    try checkName(target)
    try file.withOpen(target) { (open) throws(HDF5Error) in
      try createGroups(target, in: open.id)
    }
    return try group(name)
  }

  /// An existing group.
  package func group(_ name: String) throws(HDF5Error) -> HDF5Group {
    let target = absolute(name)
    guard try kind(of: target) == .group else {
      throw HDF5Error(.wrongType, file: file.path, object: target, "not a group")
    }
    return HDF5Group(file: file, path: target)
  }

  /// The members, sorted by the bytes of their names.
  package func children() throws(HDF5Error) -> [Child] {
    let names = try file.withOpen(path) { (open) throws(HDF5Error) -> [String] in
      let failure = { file.failure(path, while: .reading) }
      try file.check(path, in: &open)
      return try withHandle(
        unsafe H5Gopen2(open.id, path, chdf5_default()), closing: H5Gclose, or: failure()
      ) { (id) throws(HDF5Error) -> [String] in
        var info = H5G_info_t()
        guard unsafe H5Gget_info(id, &info) >= 0 else { throw failure() }
        var names: [String] = []
        for index in 0..<info.nlinks {
          guard let name = Self.linkName(index, in: id) else { throw failure() }
          names.append(name)
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      }
    }
    var children: [Child] = []
    for name in names {
      children.append(Child(name: name, kind: (try? kind(of: absolute(name))) ?? .other))
    }
    return children
  }

  /// A name in the file's own order: for a sorted one libhdf5 builds a table each time, and frees it
  /// twice where a damaged member ends that early.
  private static func linkName(_ index: hsize_t, in group: hid_t) -> String? {
    let length = unsafe H5Lget_name_by_idx(
      group, ".", H5_INDEX_NAME, H5_ITER_NATIVE, index, nil, 0, chdf5_default())
    guard length >= 0 else { return nil }
    return unsafe String(unsafeUninitializedCapacity: length + 1) { buffer in
      unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
        unsafe max(
          0,
          H5Lget_name_by_idx(
            group, ".", H5_INDEX_NAME, H5_ITER_NATIVE, index, characters.baseAddress,
            characters.count, chdf5_default()))
      }
    }
  }

  func kind(of target: String) throws(HDF5Error) -> Child.Kind {
    try file.withOpen(target) { (open) throws(HDF5Error) -> Child.Kind in
      guard Self.exists(target, in: open.id) else {
        throw HDF5Error(.missingObject, file: file.path, object: target, "no such object")
      }
      try file.check(target, in: &open)
      return try withHandle(
        unsafe H5Oopen(open.id, target, chdf5_default()), closing: H5Oclose,
        or: file.failure(target, while: .reading)
      ) { (id) throws(HDF5Error) -> Child.Kind in
        switch H5Iget_type(id) {
        case H5I_GROUP: .group
        case H5I_DATASET: .dataset
        default: .other
        }
      }
    }
  }

  /// Creates the groups that a new object lies in; there must not be one of its name.
  func makePlace(for target: String, in open: hid_t) throws(HDF5Error) {
    if Self.exists(target, in: open) {
      throw HDF5Error(.badValue, file: file.path, object: target, "is there already")
    }
    try createGroups(target.split(separator: "/").dropLast().joined(separator: "/"), in: open)
  }

  /// Creates each group of the path that is missing.
  func createGroups(_ target: String, in open: hid_t) throws(HDF5Error) {
    let failure = { file.failure(target, while: .creating) }
    // Without times the same contents give the same bytes.
    let list = withoutTimes(chdf5_group_creation())
    try withHandle(list, closing: H5Pclose, or: failure()) { (properties) throws(HDF5Error) in
      var prefix = ""
      for part in target.split(separator: "/") {
        prefix += "/" + part
        if unsafe H5Lexists(open, prefix, chdf5_default()) > 0 { continue }
        let id = unsafe H5Gcreate2(open, prefix, chdf5_default(), properties, chdf5_default())
        guard id >= 0 else { throw failure() }
        H5Gclose(id)
      }
    }
  }

  /// Refuses names that the library would read as something else.
  func checkName(_ target: String) throws(HDF5Error) {
    let parts = target.split(separator: "/", omittingEmptySubsequences: true)
    if parts.isEmpty || parts.contains(".") || target.utf8.contains(0) {
      throw HDF5Error(.badValue, file: file.path, object: target, "not a name for an object")
    }
  }
}
