namespace Orleans.Providers;

/// <summary>Names that providers are known by.</summary>
public static class ProviderConstants
{
    /// <summary>The store used where no name is given.</summary>
    public const string DEFAULT_STORAGE_PROVIDER_NAME = "Default";
}
