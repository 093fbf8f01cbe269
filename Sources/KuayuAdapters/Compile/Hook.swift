/// Conversions written in Swift and registered by name, for what no rule can say.
///
/// They do no I/O and keep no state.
public struct HookRegistry: Sendable {
    private var hooks: [String: Hook]

    /// No hooks.
    public static let empty = HookRegistry(hooks: [:])

    /// Hooks by name.
    public init(hooks: [String: Hook]) {
        self.hooks = hooks
    }

    /// The hook of a name, if it is registered.
    public subscript(name: String) -> Hook? { hooks[name] }

    /// Every registered name, sorted.
    public var names: [String] { hooks.keys.sorted() }
}

/// One conversion between named local texts and named canonical texts.
public struct Hook: Sendable {
    /// What a hook says.
    public enum Answer: Sendable, Hashable {
        /// Texts by name; a name that is missing is absent.
        case values([String: String])
        /// The texts cannot be converted, and why.
        case refused(String)
    }

    /// Local names that it reads and writes.
    public let locals: [String]
    /// Canonical names that it reads and writes.
    public let canonicals: [String]
    /// Local texts → canonical texts.
    public let inward: @Sendable ([String: String]) -> Answer
    /// Canonical texts → local texts; must undo `inward`.
    public let outward: @Sendable ([String: String]) -> Answer

    /// A hook.
    public init(
        locals: [String], canonicals: [String], inward: @escaping @Sendable ([String: String]) -> Answer,
        outward: @escaping @Sendable ([String: String]) -> Answer
    ) {
        self.locals = locals
        self.canonicals = canonicals
        self.inward = inward
        self.outward = outward
    }
}
