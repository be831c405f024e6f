"""Small files in CMS's layouts, with codes of the caller's choice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

TIDY = (
    "source_file,date_start,date_end,hcpcs,mod,status_code,not_used_for_medicare_payment,work_rvu,non_fac_pe_rvu,"
    "non_fac_indicator,facility_pe_rvu,facility_indicator,mp_rvu,non_facility_total,facility_total,pctc_ind,glob_days,"
    "pre_op,intra_op,post_op,mult_proc,bilat_surg,asst_surg,co_surg,team_surg,endo_base,conv_factor,"
    "physician_supervision_of_diagnostic_procedures,calculation_flag,diagnostic_imaging_family_indicator,"
    "non_facility_pe_used_for_opps_payment_amount,facility_pe_used_for_opps_payment_amount,"
    "mp_used_for_opps_payment_amount"
)


def relative_values(folder: Path, name: str, start: str, end: str, *codes: str) -> Path:
    """Relative values of some codes: work 1.00, PE 1.00 and 0.50, MP 0.10, at 33.2875."""
    path = folder / f"{name}.csv"
    rows = (
        f"{name},{start},{end},{code},,A,,1.00,1.00,,0.50,,0.10,,,0,000,0,0,0,0,0,0,0,0,,33.2875,09,0,99,0,0,0"
        for code in codes
    )
    path.write_text("\n".join((TIDY, *rows)) + "\n")
    return path


AA_HEADING = (
    "Addendum AA,,,,,,\n,,,,,,\nHCPCS Code,,Short Descriptor,Subject to Multiple Procedure Discounting,"
    " {0} Payment Indicator, {0} Payment Weight  , {0} Payment Rate \n"
)
BB_HEADING = (
    "Addendum BB -- ASC Covered Ancillary Services Integral to Covered Surgical Procedures,,,,,\n,,,,,\n"
    "HCPCS Code,,Short Descriptor, {0} Payment Indicator, {0} Payment Weight, {0} Payment Rate \n"
)


def addendum_aa(folder: Path, quarter: str, *codes: str) -> Path:
    """Addendum AA of a quarter ('July 2024') with some codes, each at 1,000.00."""
    path = folder / f"aa_{quarter.replace(' ', '_')}.csv"
    path.write_text(AA_HEADING.format(quarter) + "".join(f'{code},,,Y,G2,1,"$1,000.00"\n' for code in codes))
    return path


def addendum_bb(folder: Path, quarter: str, rows: Sequence[tuple[str, str, str]]) -> Path:
    """Addendum BB of a quarter: code, payment indicator and rate of each row."""
    path = folder / f"bb_{quarter.replace(' ', '_')}.csv"
    path.write_text(BB_HEADING.format(quarter) + "".join(f"{code},,,{of},,{rate}\n" for code, of, rate in rows))
    return path


def unlikely_units(folder: Path, quarter: str, *rows: tuple[str, int]) -> Path:
    """The practitioners' MUE table of a quarter ('2024q2')."""
    path = folder / f"mue_prac_{quarter}.csv"
    head = "hcpcs_code,mue_units,mue_mai,mue_rationale,mue_service\n"
    path.write_text(head + "".join(f"{code},{units},2,x,Practitioner\n" for code, units in rows))
    return path


def pairs(folder: Path, quarter: str, *rows: tuple[str, str]) -> Path:
    """The practitioners' PTP table of a quarter, each pair with indicator 0."""
    path = folder / f"ptp_prac_{quarter}.csv"
    head = "column_1,column_2,deletion,modifier,rationale\n"
    path.write_text(head + "".join(f"{one},{two},*,0,x\n" for one, two in rows))
    return path
