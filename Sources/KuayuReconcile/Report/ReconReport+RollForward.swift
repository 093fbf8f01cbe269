public import KuayuModel

extension ReconReport {
    /// How the open breaks of one hub and code came from those of the period's beginning.
    public struct RollForward: Hashable, Sendable {
        /// The hub.
        public var hub: RegionCode
        /// The code.
        public var code: BreakCode
        /// Open when the period began.
        public var opening = 0
        /// Opened in it for the first time.
        public var new = 0
        /// Opened in it again.
        public var reopened = 0
        /// Closed by the gateway, or gone by themselves.
        public var auto = 0
        /// Closed after a person had done something.
        public var manual = 0
        /// Accepted by two persons.
        public var accepted = 0
        /// Open when the period ended.
        public var closing = 0

        /// A row of zeros.
        public init(hub: RegionCode, code: BreakCode) {
            self.hub = hub
            self.code = code
        }

        /// A row.
        public init(
            hub: RegionCode, code: BreakCode, opening: Int, new: Int, reopened: Int, auto: Int, manual: Int,
            accepted: Int, closing: Int
        ) {
            self.init(hub: hub, code: code)
            self.opening = opening
            self.new = new
            self.reopened = reopened
            self.auto = auto
            self.manual = manual
            self.accepted = accepted
            self.closing = closing
        }

        /// What ``closing`` must be: opening + new + reopened − auto − manual − accepted.
        public var expectedClosing: Int { opening + new + reopened - auto - manual - accepted }

        /// Whether nothing came or went without a reason.
        public var holds: Bool { closing == expectedClosing }

        /// A row of the day's account.
        public init(_ line: KuayuReconcile.RollForward.Line) {
            self.init(
                hub: line.key.hub, code: line.key.code, opening: line.opening, new: line.new, reopened: line.reopened,
                auto: line.auto, manual: line.manual, accepted: line.accepted, closing: line.closing)
        }
    }
}
