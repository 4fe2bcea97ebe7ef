using Orchestration.Grains.Storage;

namespace Orchestration.Storage.Moving;

/// <summary>A data set that is moved from or to: its stores, as they were opened.</summary>
/// <param name="Id">The data set's id.</param>
/// <param name="Name">What to call it in messages, without secrets.</param>
/// <param name="History">Its histories.</param>
/// <param name="SmallState">Its small state.</param>
/// <param name="Reminders">Its reminders.</param>
/// <param name="Reader">All of it.</param>
public sealed record DataSetEnd(
    Guid Id, string Name, IHistoryStore History, ISmallStateStore SmallState, IReminderStore Reminders, IDataSetReader Reader);
