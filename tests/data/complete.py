"""A small case in which every column of every table holds a value, for tests that go through all of them."""

from __future__ import annotations

from tests.data.folder import FULL

COMPLETE: dict[str, str] = FULL | {
    "case": """\
case_id,name,base_year,base_kind,carbon_usd_per_t,cbam_usd_per_t,cbam_free_share,sea_level_m,states
two,Two links,2025,observed,50,60,0.9,-1,KZ AZ
""",
    "node": """\
node_id,name,country,x_coord,y_coord,label
plain,The plain,KZ,55.5,50.3,1
harbour,The harbour,KZ,51.15,43.6,1
shore,The far shore,AZ,49.85,40.38,1
""",
    "commodity": "commodity_id,name,gate_factor,time_usd_per_t_day\ngrain,Grain,1.2,0.5\n",
    "mode": """\
mode_id,name,cost_usd_per_tkm,g_co2e_per_tkm,at_sea,speed_km_h
rail,Railway,0.01,20,0,30
sea,Ship,0.005,,1,20
road,Road,0.05,80,0,60
""",
    "unit": "unit_id,name,cost_usd_per_km\nwagon,Hopper wagon,0.1\nflat,Flat wagon,0.1\n",
    "packing": """\
packing_id,commodity_id,mode_id,unit_id,payload_t,on_unit_id,units_per
grain_rail,grain,rail,wagon,70,flat,1
grain_sea,grain,sea,,,,
grain_road,grain,road,,,,
""",
    "kind": "kind_id,name,order,phrase\nline,lines of the plain,60,Lines come\n",
    "operator": "operator_id,name,country,source_id,note\nrailways,The railways,KZ,yearbook,A state railway.\n",
    "resource": """\
resource_id,name,kind,capacity,unit,background,basis,per,step,step_unit,gate_t_per_unit,operator
line,The line to the harbour,line,900000,t,1000,nominal,year,1000,thousand tonnes,1,The railways
ships,Ships,ship,4,ships,0,net_of_weather,year,1,ship,,The railways
""",
    "carrier": """\
carrier_id,name,resource_id,hours_per_year,vehicles,port_h,wait_h,cost_usd_per_h,t_co2e_per_day_under_way,t_co2e_per_day_in_port,operator
ship,Ship,ships,8760,1,48,4,500,30,5,The railways
""",
    "pool": """\
pool_id,name,kind,unit_id,operator_id,number,available,background,per,links,with_pool_id,step_unit,hire_usd_per_day,price_usd
flats,Flat wagons,pool,flat,railways,900,0.9,10,always,railway,,flat wagon,20,60000
more,More flat wagons,pool,flat,railways,100,1,0,year,railway,flats,flat wagon,20,60000
""",
    "dwell": """\
dwell_id,link_id,direction,item_id,where,loaded_h,empty_h
harbour,railway,forward,flat,port,12,6
""",
    "draught": "draught_id,size_id,reference_m,lost_per_m,closes_below_m\nwater,ship_t,-0.5,0.1,-5\n",
    "factor": """\
factor_id,resource_id,size_id,kind,value
shallow,,ship_t,draught,0.9
used,line,,practical_use,0.9
""",
    "loading": """\
loading_id,dimension,item_id,loaded,empty
grain_t,deadweight_t,grain,1,
wagon_t,deadweight_t,wagon,90,20
""",
    "link": """\
link_id,from_node_id,to_node_id,directed,mode_id,length_km,time_h,spread_d,departures_per_week,capacity_t_per_year,kind,gate,carrier_id,tariff_usd_per_t,commodities,rival,operator,via
railway,plain,harbour,0,rail,900,30,1,7,unlimited,line,0,,12,,0,The railways,53 46
crossing,harbour,shore,0,sea,450,24,2,3.5,900000,quay,1,ship,9,grain,0,The railways,
around,plain,shore,1,road,3000,200,4,,50000,line,0,,40,grain,1,The railways,
""",
    "service": """\
service_id,name,links,back_links,unit_id,units,least_per_week,turn_h,resource_id,run_usd,set_usd_per_day
train,Grain train,railway,,wagon,50,1,6,,9000,4000
ferry,Ship to the far shore,crossing,,,,1,,ships,,12000
round,Round trip,around,crossing railway,,,0,6,,9000,4000
""",
    "service_link": (
        "service_link_id,link_id,time_h,headway_h,single,slot_from_h,slot_h,slot_every_h,"
        "stand,stand_node_id,stand_h,stand_most_h\nplain_line,railway,28,1,1,0,4,24,border,harbour,6,12\n"
    ),
    "service_place": "service_place_id,node_id,transfer_h,berths,berth_gap_h\nquay,harbour,6,1,2\n",
    "tariff": "tariff_id,link_id,direction,commodity_id,usd_per_t\nwestward,crossing,forward,grain,10\n",
    "use": """\
use_id,resource_id,link_id,direction,activity,item_id,amount
line_grain,line,railway,both,tonne,grain,1
""",
    "store": """\
store_id,name,node_id,commodities,capacity_t,kind,dwell_d,free_d,usd_per_t_day,opening_t,closing_t,closing_usd_per_t,operator
silo,Silo,harbour,grain,50000,quay,2,5,0.1,0,0,0,The railways
""",
    "segment": "segment_id,name,ceiling_t_per_year\nharvest,Harvest,600000\n",
    "scope": """\
scope_id,name,demands,avoid_nodes,avoid_resources,net,target_t_per_year,target_year
azeri,Cargo to the far shore,country in AZ,,,1,300000,2030
clean,Cargo around the line,,,kind = line,1,300000,2030
dry,Cargo past the harbour,,node_id = harbour,,0,,
""",
    "demand": """\
demand_id,commodity_id,origin_id,destination_id,segment_id,gate,t_per_year,elsewhere_t_per_year,outside_usd_per_t,unmet_usd_per_t,subsidy_usd_per_t,wait_d,late_d,late_usd_per_t_day
grain_out,grain,plain,shore,harvest,must,200000,0,,,1,30,15,0.2
grain_home,grain,shore,plain,,may,20000,1000,300,500,1,30,15,0.2
grain_fair,grain,plain,shore,,must,10000,0,,,1,30,15,0.2
""",
    "calendar": """\
calendar_id,name,table,row,column,kind,shape,jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec
harvest_time,Harvest,demand,grain_out,t_per_year,season,1,0.9,0.9,0.9,0.9,0.9,1,1,1.2,1.2,1.2,1,1
""",
    "closure": """\
closure_id,name,table,row,from_day,to_day,left,shape,known,kind
storm,Storm,resource,ships,01-10,01-12,0.1,1,0,weather
works,Works,link,railway,06-01,06-05,0.5,0,1,works
""",
    "hazard": """\
hazard_id,name,kind,table,rows,per_year,days,units,left,from_day,to_day,shape,missed
gale,Gale,storm,resource,ships,5,4,,0,11-01,03-31,1,0
repair,A ship in repair,breakdown,resource,ships,1,21,1,,,,0,0
sailings,Sailings missed,storm,link,crossing,,,,,,,0,0.1
""",
    "listing": """\
listing_id,name,table,row,list,status,from_date,to_date,source_id,note
far_shore,The far shore,node,shore,A list,listed,2025-02-24,2026-03-10,yearbook,As read.
""",
    "remedy": """\
remedy_id,name,kind,project_id,buffer_d,demands,usd_per_year
slack,Two days of slack,slack,,2,,2000000
grain_stock,A stock of grain,stock,,7,commodity_id in grain,100000
spare,A spare ship,vehicle,ship,,,4000000
""",
    "outlay": "outlay_id,project_id,nth_year,share\nship_order,ship,1,0.4\nship_rest,ship,2,0.6\n",
    "funding": "funding_id,project_id,payer,kind,share,from_year,to_year\nunion,ship,EU,grant,0.5,2026,2030\n",
    "project": """\
project_id,name,resource_id,adds,changes,cost_usd,price_year,at_most,pays,ready,payer,build_years,life_years,first_year
ship,A ship,ships,1,,20000000,2024,2,The railways,two years,KZ,2,25,2026
track,A second track,,,link.railway.time_h=20,90000000,2024,1,The railways,five years,KZ,2,25,2026
""",
    "trade": """\
trade_id,name,commodity_id,origin_id,destination_id,lead_mode_id,lead_km,lead_h,lead_usd_per_t
out,Plain to shore,grain,plain,shore,rail,100,5,2
""",
    "rival": """\
rival_id,name,trade_id,days,usd_per_t,spread_d
north,By the north,out,20,90,5
south,By the south,,30,70,8
""",
    "rival_leg": "rival_leg_id,rival_id,name,mode_id,length_km\nnorth_rail,north,Rail,rail,4000\n",
    "market": """\
market_id,name,kind,demands,potential_t_per_year,potential_year,theta_per_usd,value_of_time_usd_per_t_day,value_of_reliability_usd_per_t_day,growth_low,growth,growth_high
grain_west,Grain to the far shore,logit,grain_out,900000,2024,0.01,0.5,0.2,0.01,0.02,0.04
grain_east,Grain to the plain,fixed,grain_home,50000,2024,,0.5,0.2,0,0.01,0.02
grain_fair,Grain to the fair,steps,grain_fair,,,,0.5,0.2,0,0.01,0.02
""",
    "market_step": """\
market_step_id,market_id,outlet,netback_usd_per_t,t_per_year
fair_near,grain_fair,The mill,60,12000
fair_far,grain_fair,The other harbour,50,3000
""",
    "market_rival": """\
market_rival_id,market_id,rival_id,share
west_north,grain_west,north,0.4
west_south,grain_west,south,0.6
""",
    "cbam": """\
cbam_id,name,commodity_id,country,share,embedded_t_per_t,benchmark_t_per_t
grain_charged,Grain as it were steel,grain,KZ,0.5,2,1
""",
    "source": """\
source_id,item,value,unit,year,title,url,locator,confidence,aside,instead,why
yearbook,Capacity of the line,0.9,Mt,2024,Yearbook,https://example.org,p. 3,high,,,
older,Capacity of the line,0.8,Mt,2020,Older yearbook,https://example.org/old,p. 2,low,superseded,yearbook,newer
""",
    "unknown": "unknown_id,name,matters,who,rank\nyards,Yards,They may fill first.,The port,1\n",
    "driver": "driver_id,name,who,note\npaths,Train paths,The railways,One count stands for all.\n",
    "validation": """\
validation_id,name,role,scenario,study,formula,unit,published,low,high,source_id,tolerance,note
port,The port,input,,handled,measure.handled.t,t,240000,200000,280000,yearbook,A tenth.,A note.
port_more,With a better line,forecast,better,capability,measure.capability.t,t,240000,200000,280000,yearbook,,Note
""",
    "evidence": """\
evidence_id,table,row,column,scenario,low,high,source_id,year,confidence,derivation,formula,basis,assumes,note,driver_id,contrary
line_capacity,resource,line,capacity,,500000,1000000,yearbook,2024,high,As published.,900000,known,0,A note.,paths,1
line_later,resource,line,capacity,better,600000,1100000,yearbook,2024,high,As published.,,known,1,A note.,paths,0
""",
}
"""Tables by name. The evidence covers one number only, so C054 is left aside; ``band`` is written by no planner."""
SCENARIO = "note: A better line.\nchanges:\n  - {set: resource.line.capacity, value: 950000}\n"
"""The scenario ``better``, which the evidence and the validation name."""
