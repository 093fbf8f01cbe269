import KuayuEvidence
import KuayuModel

// What a hub does with a case, step by step, and what it makes of news.

extension HubBook {
    // MARK: steps

    /// Cases that are due for their next step.
    func due(at now: Instant) -> [String] {
        entries.values.filter { entry in
            guard let first = entry.steps.first, !entry.isPending, !entry.isHeld else { return false }
            return (entry.nextStepAt.map { $0 <= now } ?? false) && !isWaiting(entry, first)
        }.map(\.number).sorted()
    }

    private func isWaiting(_ entry: Entry, _ step: PlanStep) -> Bool {
        switch step {
        case .stage: false
        case .hold: !entry.memory.isAnswered
        case .waitBranches: !entry.memory.haveOtherBranchesEnded
        case .waitCollected: (entry.registration?.status.progress ?? 0) < CaseState.collected.progress
        }
    }

    /// Takes a case its next step.
    mutating func step(_ number: String, format: any LocalFormat, now: Instant, pause: Int64) {
        guard var entry = entries[number], let step = entry.steps.first else { return }
        entry.steps.removeFirst()
        put(entry)
        if case .stage(let stage) = step {
            take(stage, of: number, format: format, now: now, pause: pause)
        } else {
            entry.memory.isAnswered = false
            put(entry)
        }
    }

    /// Does one thing to a case; the message about it goes into the outbox.
    mutating func take(_ stage: CaseStage, of number: String, format: any LocalFormat, now: Instant, pause: Int64) {
        guard var entry = entries[number] else { return }
        entry.dataVersion += 1
        let isJoint = format.handling(entry.document).count > 1
        var context = StageContext(time: now, version: entry.dataVersion)
        context.isBranch = isJoint && entry.isHandled && !format.isLeadHere(entry.document)
        if context.isBranch { context.acceptedAt = entry.memory.acceptedAt }
        if stage == .answered { handIn(&entry, format) }
        if stage == .fulfilled { format.settleOwed(in: &entry.document) }
        format.advance(&entry.document, to: stage, context)
        let block =
            usesExtension
            ? ExtensionBlock.stage(stage, of: entry, isJoint: isJoint, format: format, now: now) : nil
        format.setExtension(block, in: &entry.document)
        remember(stage, in: &entry, format: format, now: now)
        entry.changedAt = now
        entry.isPending = true
        entry.ownChanges += 1
        entry.ownState = stage.state ?? entry.ownState
        entry.nextStepAt = now.adding(milliseconds: pause)
        if stage == .supplementing, answersHere(entry), answersAlone(entry, format) {
            entry.steps.insert(.stage(.answered), at: 0)
        }
        send(entry)
    }

    /// The materials that a supplement asks for, or one where it is not known which.
    private func handIn(_ entry: inout Entry, _ format: any LocalFormat) {
        let asked = entry.memory.openSupplements.flatMap { $0["items"]?.elements ?? [] }.compactMap(\.text)
        var count = format.materials(entry.document).count
        for name in asked.isEmpty ? ["补正材料\(count)"] : asked {
            count += 1
            format.addMaterial(CaseDraft.Material(code: "B" + padded(count, 2), name: name), to: &entry.document)
        }
    }

    private func remember(_ stage: CaseStage, in entry: inout Entry, format: any LocalFormat, now: Instant) {
        switch stage {
        case .supplementing:
            entry.memory.asked = (now, format.materials(entry.document).count)
            entry.memory.isAnswered = false
        case .answered:
            entry.memory.answeredFor = entry.memory.question
            // The applying side of a case that is handled here as well answers itself.
            if entry.isHandled { entry.memory.isAnswered = true }
        case .special: entry.memory.specialAt = now
        case .accepted:
            entry.memory.acceptedAt = now
            entry.memory.specialAt = nil
        case .fulfilled: entry.memory.promise = nil
        case .withdrawn: entry.steps = []
        case .collected: break
        default: entry.memory.specialAt = nil
        }
    }

    // MARK: news

    /// A case after a message about it: the document is the gateway's unless a change of the hub's own is under way.
    func heard(
        _ document: LocalTree, _ registration: CaseRegistration, by entry: Entry, format: any LocalFormat,
        now: Instant, pause: Int64
    ) -> Entry {
        var entry = entry
        let later = now.adding(milliseconds: pause)
        if !entry.isPending { entry.document = document }
        entry.memory.hear(format.extensionBlock(document))
        entry.memory.otherRegions = format.otherRegions(document)
        if entry.isHeld, registration.status.progress >= CaseState.transferred.progress {
            entry.isHeld = false
            entry.nextStepAt = now
        }
        noticeAnswer(document, &entry, format, later)
        noticeQuestion(document, &entry, format, later)
        // A case that has ended elsewhere, by a withdrawal for example, has no steps left.
        if registration.status.isFinal, registration.status != .closed { entry.steps = [] }
        return entry
    }

    /// Whether another side has answered what this hub asked for.
    private func noticeAnswer(
        _ document: LocalTree, _ entry: inout Entry, _ format: any LocalFormat, _ later: Instant
    ) {
        guard let asked = entry.memory.asked, !entry.memory.isAnswered else { return }
        let isMore = format.materials(document).count > asked.materials
        let isResumed = format.handling(document).count == 1 && !format.isSupplementing(document)
        guard isMore || isResumed || entry.memory.isOwnSupplementAnswered else { return }
        entry.memory.isAnswered = true
        entry.memory.asked = nil
        if entry.steps.first == .hold { entry.nextStepAt = later }
    }

    /// Whether this hub is asked for a supplement that it answers by itself.
    private func noticeQuestion(
        _ document: LocalTree, _ entry: inout Entry, _ format: any LocalFormat, _ later: Instant
    ) {
        let isAsked = format.isSupplementing(document) || !entry.memory.openSupplements.isEmpty
        guard isAsked else {
            entry.memory.answeredFor = nil
            return
        }
        guard entry.memory.answeredFor != entry.memory.question, answersHere(entry), answersAlone(entry, format),
            !entry.steps.contains(.stage(.answered))
        else { return }
        entry.steps.insert(.stage(.answered), at: 0)
        entry.nextStepAt = later
    }

    /// Who only handles a case answers no supplement of it.
    private func answersHere(_ entry: Entry) -> Bool { entry.isOwn || !entry.isHandled }

    private func answersAlone(_ entry: Entry, _ format: any LocalFormat) -> Bool {
        plans.answersAlone(
            names: [entry.registration?.caseID.text, entry.number], item: format.itemCode(entry.document))
    }
}
