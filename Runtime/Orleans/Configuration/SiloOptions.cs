namespace Orleans.Configuration;

/// <summary>What a silo is called.</summary>
public class SiloOptions
{
    /// <summary>The silo's name, for people; made up from the machine's unless set.</summary>
    public string SiloName { get; set; } = null!;
}
