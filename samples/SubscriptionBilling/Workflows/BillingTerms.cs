namespace Orchestration.Samples.SubscriptionBilling.Workflows;

/// <summary>How long things take.</summary>
/// <param name="Trial">What is free at first.</param>
/// <param name="Dunning">The waits before a declined card is tried again; after the last one the subscription ends.</param>
/// <param name="Month">How long a month takes; null: as long as the calendar says.</param>
public sealed record BillingTerms(TimeSpan Trial, IReadOnlyList<TimeSpan> Dunning, TimeSpan? Month)
{
    /// <summary>Two weeks of trial, calendar months, and tries after three, five and seven days.</summary>
    public static BillingTerms Real { get; } =
        new(TimeSpan.FromDays(14), [TimeSpan.FromDays(3), TimeSpan.FromDays(5), TimeSpan.FromDays(7)], null);

    /// <summary>The same for those who have no year to wait.</summary>
    /// <param name="month">How long a month takes.</param>
    public static BillingTerms Scaled(TimeSpan month) => new(
        Scale(Real.Trial, month), [.. Real.Dunning.Select(wait => Scale(wait, month))], month);

    /// <summary>
    /// When so many months have passed since a moment. Always reckoned from the first day, so that what began on the 31st is due
    /// on the last of February and on the 31st of March again.
    /// </summary>
    public DateTimeOffset After(DateTimeOffset first, int months) =>
        Month is { } span ? first + span * months : first.AddMonths(months);

    private static TimeSpan Scale(TimeSpan real, TimeSpan month) => real * (month / TimeSpan.FromDays(30));
}
