using System.Globalization;

namespace Orleans;

/// <summary>Sets how long activations of a grain class may be idle.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class CollectionAgeLimitAttribute : Attribute
{
    /// <summary>The least age.</summary>
    public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

    private readonly TimeSpan? _given;

    /// <summary>An age set by the properties.</summary>
    public CollectionAgeLimitAttribute()
    {
    }

    /// <summary>An age as the text of a time span.</summary>
    public CollectionAgeLimitAttribute(string inactivityPeriod) =>
        _given = TimeSpan.Parse(inactivityPeriod, CultureInfo.InvariantCulture);

    /// <summary>Days of the age.</summary>
    public double Days { get; set; }

    /// <summary>Hours of the age.</summary>
    public double Hours { get; set; }

    /// <summary>Minutes of the age.</summary>
    public double Minutes { get; set; }

    /// <summary>Whether activations are never ended for being idle.</summary>
    public bool AlwaysActive { get; set; }

    /// <summary>The age.</summary>
    public TimeSpan AgeLimit
    {
        get
        {
            if (AlwaysActive) return TimeSpan.MaxValue;
            var set = _given ?? TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
            return set > MinAgeLimit ? set : MinAgeLimit;
        }
    }
}
